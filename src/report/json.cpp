// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/json.hpp"

#include <nlohmann/json.hpp>

#include "pgtwin/report/format.hpp"
#include "pgtwin/report/words.hpp"

namespace pgtwin::report
{
namespace
{

using Json = nlohmann::ordered_json;

constexpr int indentation = 2;

/// The fact as `form` puts it; null if it is unknown.
template <typename T, typename Form>
Json known(const Seen<T>& fact, Form form)
{
    return fact ? Json(form(*fact)) : Json(nullptr);
}

template <typename T>
Json known(const Seen<T>& fact)
{
    return known(fact, [](const T& value) { return value; });
}

template <typename T>
Json named(const Seen<T>& fact)
{
    return known(fact, [](const T& value) { return std::string{name_of(value)}; });
}

Json time_of(const Seen<Time>& fact)
{
    return known(fact, utc_text);
}

Json milliseconds_of(const Seen<std::chrono::milliseconds>& fact)
{
    return known(fact, [](std::chrono::milliseconds value) { return value.count(); });
}

Json json_of(const Promotion& promotion)
{
    return {
        {"allowed", promotion.is_allowed},
        {"id",      promotion.id        },
        {"text",    promotion.text      },
    };
}

Json json_of(const Repair& repair)
{
    return {
        {"text",        repair.text                                                       },
        {"what",        repair.what.empty() ? Json(nullptr) : Json(repair.what)           },
        {"done_bytes",  repair.what.empty() ? Json(nullptr) : Json(repair.done_bytes)     },
        {"total_bytes", repair.total_bytes == 0 ? Json(nullptr) : Json(repair.total_bytes)},
    };
}

Json repair_of(const NodeFacts& node)
{
    if (!node.repair)
        return nullptr;
    return *node.repair ? json_of(**node.repair) : Json(false);
}

Json certificate_of(const NodeFacts& node)
{
    return known(node.certificate, [](const std::optional<Certificate>& certificate)
                 { return certificate ? std::string{name_of(certificate->mode)} : std::string{"none"}; });
}

Json score_of(const NodeFacts& node)
{
    if (!node.score || !*node.score)
        return nullptr;
    return **node.score;
}

Json json_of(const NodeFacts& node)
{
    return {
        {"name",                               node.name                  },
        {"local",                              node.is_local              },
        {"membership",                         named(node.membership)     },
        {"standby_mode",                       known(node.is_standby_mode)},
        {"role",                               named(node.role)           },
        {"server",                             named(node.server)         },
        {"major_version",                      known(node.major_version)  },
        {"started",                            time_of(node.started)      },
        {"timeline",                           known(node.timeline,         [](Timeline timeline) { return number(timeline); })},
        {"lsn",                                    known(node.end,                                                           [](Lsn lsn) { return lsn.text(); })},
        {"replayed", known(node.replayed,[](Lsn lsn) { return lsn.text(); })},
        {"replay_paused",                 known(node.is_replay_paused)                                       },
        {"data_status",                      named(node.record)    },
        {"certificate",                        certificate_of(node)           },
        {"promotion_score",                        score_of(node)       },
        {"override",                    known(node.has_override)         },
        {"promotion",                           known(node.promotion,           [](const Promotion& value) { return json_of(value); })},
        {"repair",                          repair_of(node)      },
    };
}

Json json_of(const Replication& stream)
{
    return {
        {"state",            stream.state                        },
        {"sync_state",       known(stream.sync_state)            },
        {"since",            time_of(stream.since)               },
        {"flush_lag_bytes",  known(stream.flush_lag)             },
        {"flush_lag_ms",     milliseconds_of(stream.flush_delay) },
        {"replay_lag_bytes", known(stream.replay_lag)            },
        {"replay_lag_ms",    milliseconds_of(stream.replay_delay)},
    };
}

Json json_of(const SlotFacts& slot)
{
    return {
        {"name",       slot.name      },
        {"active",     slot.is_active },
        {"wal_status", slot.wal_status},
        {"held_bytes", slot.held_bytes},
    };
}

/// Known and absent is false, unknown is null.
template <typename T>
Json optional_of(const Seen<std::optional<T>>& fact)
{
    if (!fact)
        return nullptr;
    return *fact ? json_of(**fact) : Json(false);
}

Json json_of(const ClusterFacts& cluster)
{
    return {
        {"source",          std::string{name_of(cluster.source)}                           },
        {"problem",         cluster.problem.empty() ? Json(nullptr) : Json(cluster.problem)},
        {"quorum",          known(cluster.has_quorum)                                      },
        {"fencing",         known(cluster.has_fencing)                                     },
        {"fencing_devices", known(cluster.fencing_devices)                                 },
        {"maintenance",     known(cluster.is_maintenance)                                  },
    };
}

Json json_of(const AddressFacts& address)
{
    return {
        {"id",      address.id         },
        {"address", address.address    },
        {"node",    known(address.node)},
    };
}

Json json_of(const Event& event)
{
    return {
        {"time",    utc_text(event.when)},
        {"node",    event.node          },
        {"what",    event.what          },
        {"outcome", event.outcome       },
        {"failed",  event.has_failed    },
    };
}

Json json_of(const Problem& problem)
{
    return {
        {"id",      problem.id                           },
        {"verdict", std::string{name_of(problem.verdict)}},
        {"text",    problem.text                         },
        {"hint",    problem.hint                         },
    };
}

Json json_of(const Judged& pair);

template <typename T>
Json list_of(const std::vector<T>& values)
{
    Json list = Json::array();
    for (const T& value : values)
        list.push_back(json_of(value));
    return list;
}

Json json_of(const Judged& pair)
{
    const PairFacts& facts = pair.facts;
    return {
        {"resource",                  facts.resource.empty() ? Json(nullptr) : Json(facts.resource)},
        {"clone",                     facts.clone.empty() ? Json(nullptr) : Json(facts.clone)      },
        {"verdict",                   std::string{name_of(pair.assessment.verdict)}                },
        {"mode",                      std::string{name_of(facts.mode)}                             },
        {"problems",                  list_of(pair.assessment.problems)                            },
        {"cluster",                   json_of(facts.cluster)                                       },
        {"nodes",                     list_of(facts.nodes)                                         },
        {"commits_since",             time_of(facts.commits_since)                                 },
        {"commits_unchanged_since",   time_of(facts.commits_unchanged_since)                       },
        {"synchronous_standby_names", known(facts.sync_names)                                      },
        {"replication",               optional_of(facts.replication)                               },
        {"slot",                      optional_of(facts.slot)                                      },
        {"addresses",                 list_of(facts.addresses)                                     },
        {"events",                    list_of(facts.events)                                        },
    };
}

} // namespace

std::string status_json(const std::vector<Judged>& pairs, Verdict verdict)
{
    const Json whole = {
        {"format",    1                                                                      },
        {"time",      pairs.empty() ? Json(nullptr) : Json(utc_text(pairs.front().facts.now))},
        {"verdict",   std::string{name_of(verdict)}                                          },
        {"exit_code", exit_code(verdict)                                                     },
        {"pairs",     list_of(pairs)                                                         },
    };
    return whole.dump(indentation, ' ', true, Json::error_handler_t::replace) + "\n";
}

} // namespace pgtwin::report
