// SPDX-License-Identifier: GPL-2.0-or-later
#include "moves.hpp"

namespace pgtwin::test::pair
{
namespace
{

constexpr std::array statuses{"-", "primary", "in-sync", "stale"};
constexpr std::array servers{"down", "standby", "PRIMARY"};
constexpr std::array beliefs{"stopped", "started", "promoted"};

std::string flag(bool is_so, const char* text)
{
    return is_so ? std::string{" "} + text : std::string{};
}

std::string peer_seen(const Node& node)
{
    if (node.sees_peer != 0)
        return node.is_joined != 0 ? "peer online" : "peer pending";
    return node.is_peer_clean != 0 ? "peer offline" : "peer lost, not fenced";
}

std::string card_of(const Card& card)
{
    std::string text = statuses.at(card.status);
    if (card.run != 0)
        text += std::string{" run="} + word(card.run) + (card.role == byte(Role::primary) ? "(primary)" : "");
    if (card.certificate != 0)
        text += " certificate=" + word(card.certificate) +
                (card.certificate_mode == byte(CertificateMode::async) ? "(async)" : "");
    if (card.has_position != 0)
        text += " position=" + std::to_string(card.position_timeline) + ":" + std::to_string(card.position_end) +
                "(run " + word(card.position_run) + flag(card.position_alone != 0, "alone") + ")";
    return text + flag(card.has_override != 0, "override");
}

std::string memory_of(const Memory& memory)
{
    std::string text = " state: run=" + word(memory.run) + flag(memory.role == byte(Role::primary), "primary");
    if (memory.is_alone != 0)
        text += " MARK=" + std::to_string(memory.alone_timeline) + ":" + std::to_string(memory.alone_end);
    for (const Word& known : memory.words)
        if (known.timeline != 0)
            text += " word" + std::to_string(known.timeline) + "=" + word(known.word);
    if (memory.unshared != 0)
        text += " unshared=" + std::to_string(memory.unshared);
    if (memory.followed != 0)
        text += " followed=" + word(memory.followed);
    if (memory.certified != 0)
        text += " certified=" + word(memory.certified);
    return text + flag(memory.rebuild != 0, "rebuild under way");
}

std::string held(const Node& node)
{
    const std::string aside = node.has_old_copy != 0 ? " aside [" + text(node.old_wal) + "];" : "";
    if (node.directory != byte(DirectoryKind::data))
        return "no usable data;" + aside;
    if (node.is_half_rewound != 0)
        return "what a rewind left halfway;" + aside;
    return "[" + text(node.wal) + "];" + aside;
}

std::string line(std::size_t number, const std::string& text)
{
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 3 ? 3 - digits.size() : 0, ' ') + digits + ". " + text + "\n";
}

std::string node_of(const World& world, std::size_t index)
{
    const Node& node = world.node.at(index);
    std::string text = std::string{index == 0 ? "A" : "B"} + ":" + (node.has_power != 0 ? "" : " OFF,");
    text += std::string{" "} + servers.at(static_cast<std::size_t>(node.server)) + flag(node.is_hung == 1, "HUNG") +
            flag(node.is_hung == 2, "RECOVERING");
    text += ", Pacemaker: " + std::string{beliefs.at(static_cast<std::size_t>(node.belief))} + ", " + peer_seen(node);
    text += flag(node.has_quorum != 0, "quorum") + flag(node.has_names != 0, "names") +
            flag(node.names_peer != 0, "conninfo") + flag(node.are_names_taken != 0, "(taken)") +
            flag(node.wants_fencing != 0, "fencing-requested");
    text += "\n     holds " + held(node) + memory_of(node.memory);
    text +=
        "\n     its CIB: A " + card_of(world.cib.at(index).of.at(0)) + " | B " + card_of(world.cib.at(index).of.at(1));
    return text;
}

} // namespace

std::string describe(const World& world)
{
    std::string acknowledged;
    for (unsigned i = 0; i < 8; ++i)
        if ((world.acknowledged >> i & 1U) != 0)
            acknowledged += " c" + std::to_string(i + 1);
    return "  acknowledged:" + (acknowledged.empty() ? " nothing" : acknowledged) + "\n  " + node_of(world, 0) +
           "\n  " + node_of(world, 1) + "\n";
}

std::string story(World world, const std::vector<Move>& path, const Plan& plan, Decider& decider)
{
    std::string text = "  In the beginning\n" + describe(world);
    for (std::size_t i = 0; i < path.size(); ++i)
    {
        text += line(i + 1, describe(world, path[i], decider));
        Machine machine{plan, decider, world};
        make(machine, path[i]);
        world = machine.world;
        (void)relabel(world);
    }
    return text + "  In the end\n" + describe(world);
}

} // namespace pgtwin::test::pair
