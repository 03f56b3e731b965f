// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fakes.hpp"

namespace pgtwin::test
{

NodeView& FakeCib::of(const std::string& name)
{
    NodeView& node = nodes[name];
    node.name = name;
    return node;
}

void FakeCib::fence(const std::string& name)
{
    const DataStatus status = of(name).data_status;
    nodes[name] = NodeView{};
    of(name).data_status = status;
    ring++;
}

void FakeCib::join(const std::string& name)
{
    of(name).membership = Membership::online;
    ring++;
}

Expected<ClusterView> FakeCluster::look(const Deadline& /*deadline*/)
{
    journal_.looks["cluster"]++;
    if (!is_running)
        return Error{ErrorKind::unavailable, "no cluster runs here"};
    ClusterView view;
    view.self = cib_.of(self_);
    view.peer = cib_.of(peer_);
    view.has_quorum = cib_.has_quorum;
    view.has_fencing = true;
    view.is_maintenance = cib_.is_maintenance;
    return view;
}

Expected<std::string> FakeCluster::membership(const Deadline& /*deadline*/)
{
    journal_.looks["membership"]++;
    return "ring " + std::to_string(cib_.ring);
}

Expected<void> FakeCluster::change(const std::string& what, const std::function<void()>& make)
{
    if (!is_running)
        return Error{ErrorKind::unavailable, "no cluster runs here"};
    if (auto noted = journal_.note(what); !noted)
        return noted;
    make();
    return {};
}

Expected<void> FakeCluster::publish_run(const std::optional<RunRecord>& run, const Deadline& /*deadline*/)
{
    return change("publish run", [&] { cib_.of(self_).run = run; });
}

Expected<void> FakeCluster::publish_position(const std::optional<Position>& position, const Deadline& /*deadline*/)
{
    return change("publish position", [&] { cib_.of(self_).position = position; });
}

Expected<void> FakeCluster::set_certificate(const std::optional<Certificate>& certificate, const Deadline& /*deadline*/)
{
    return change(certificate ? "grant certificate" : "remove certificate",
                  [&] { cib_.of(peer_).certificate = certificate; });
}

Expected<void> FakeCluster::set_own_score(int score, const Deadline& /*deadline*/)
{
    return change("set own score", [&] { cib_.of(self_).score = score; });
}

Expected<void> FakeCluster::set_peer_score(int score, const Deadline& /*deadline*/)
{
    return change("set score of the peer", [&] { cib_.of(peer_).score = score; });
}

Expected<void> FakeCluster::record(DataStatus self, DataStatus peer, const Deadline& /*deadline*/)
{
    return change("record",
                  [&]
                  {
                      cib_.of(self_).data_status = self;
                      cib_.of(peer_).data_status = peer;
                  });
}

Expected<void> FakeCluster::publish_alone_in(const std::string& membership, const Deadline& /*deadline*/)
{
    return change("publish alone in", [&] { cib_.of(self_).alone_in = membership; });
}

Expected<void> FakeCluster::publish_resync(std::string_view text, const Deadline& /*deadline*/)
{
    return change("publish resync",
                  [&]
                  {
                      cib_.resync[self_] = text;
                      cib_.of(self_).has_resync = !text.empty();
                  });
}

Expected<void> FakeCluster::report_failure(const Deadline& /*deadline*/)
{
    return change("report failure", [] {});
}

Expected<void> FakeCluster::clear_override(const Deadline& /*deadline*/)
{
    return change("clear override", [&] { cib_.of(self_).has_override = false; });
}

Expected<LocalState> FakeStore::load()
{
    journal_.looks["state"]++;
    if (!is_readable)
        return Error{ErrorKind::malformed, "state does not parse"};
    return state;
}

Expected<void> FakeStore::save(const LocalState& next)
{
    if (auto noted = journal_.note("save state"); !noted)
        return noted;
    state = next;
    return {};
}

Expected<Watch> FakeStore::load_watch()
{
    journal_.looks["watch"]++;
    return watch;
}

Expected<void> FakeStore::save_watch(const Watch& next)
{
    if (auto noted = journal_.note("save watch"); !noted)
        return noted;
    watch = next;
    return {};
}

Expected<bool> FakeWorker::is_running()
{
    journal_.looks["worker"]++;
    return is_alive;
}

Expected<void> FakeWorker::launch(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("launch worker"); !noted)
        return noted;
    is_alive = true;
    return {};
}

Expected<void> FakeWorker::end(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("end worker"); !noted)
        return noted;
    is_alive = false;
    return {};
}

Expected<void> FakeSentinel::launch()
{
    is_expected = false;
    return journal_.note("launch sentinel");
}

Expected<void> FakeSentinel::expect_end()
{
    is_expected = true;
    return {};
}

Expected<bool> FakeSentinel::is_end_intended()
{
    return is_intended || is_expected;
}

void FakeClock::wait(std::chrono::milliseconds pause)
{
    now += pause;
    waits++;
    if (each_wait)
        each_wait();
}

RunId FakeClock::random_word()
{
    return "word-" + std::to_string(++words_);
}

std::vector<std::string> FakeLog::spoken() const
{
    std::vector<std::string> texts;
    for (const Line& line : lines)
        if (line.severity != Severity::debug)
            texts.push_back(line.text);
    return texts;
}

} // namespace pgtwin::test
