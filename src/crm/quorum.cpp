// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/quorum.hpp"

#include <charconv>
#include <cstdint>

namespace pgtwin::crm
{

Expected<QuorumFlags> parse_quorum_flags(std::string_view text)
{
    const std::size_t at = text.find("Flags:");
    if (at == std::string_view::npos)
        return Error{ErrorKind::malformed, "corosync-quorumtool names no flags"};
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    const auto has = [line](std::string_view flag)
    {
        return line.find(flag) != std::string_view::npos;
    };
    return QuorumFlags{has("2Node"), has("WaitForAll"), has("Qdevice")};
}

Expected<QuorumFlags> quorum_flags(Tools& tools, const Deadline& deadline)
{
    const auto answer = tools.run("corosync-quorumtool", {"-s"}, deadline);
    // Without quorum its exit code is not 0.
    return answer ? parse_quorum_flags(answer->out) : answer.error();
}

Expected<std::chrono::milliseconds> parse_token(std::string_view text)
{
    const std::size_t equals = text.rfind("= ");
    std::int64_t value = 0;
    if (equals == std::string_view::npos ||
        std::from_chars(text.data() + equals + 2, text.data() + text.size(), value).ec != std::errc{})
        return Error{ErrorKind::malformed, "corosync-cmapctl does not tell the token"};
    return std::chrono::milliseconds{value};
}

Expected<std::chrono::milliseconds> token(Tools& tools, const Deadline& deadline)
{
    const auto answer = output_of(tools, "corosync-cmapctl", {"-g", "runtime.config.totem.token"}, deadline);
    return answer ? parse_token(*answer) : answer.error();
}

} // namespace pgtwin::crm
