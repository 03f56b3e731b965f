// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/json.hpp"

#include <algorithm>
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

Json text_or_null(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
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
    const bool is_copying = repair.is_copying();
    return {
        {"text",             repair.text                                                       },
        {"phase",            std::string{name_of(repair.phase)}                                },
        {"cause",            repair.cause.empty() ? Json(nullptr) : Json(repair.cause)         },
        {"what",             is_copying ? Json(std::string{repair.what()}) : Json(nullptr)     },
        {"done_bytes",       is_copying ? Json(repair.done_bytes) : Json(nullptr)              },
        {"total_bytes",      repair.total_bytes == 0 ? Json(nullptr) : Json(repair.total_bytes)},
        {"bytes_per_second", repair.rate == 0 ? Json(nullptr) : Json(repair.rate)              },
        {"left_seconds",     repair.rate == 0 ? Json(nullptr) : Json(repair.left.count())      },
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
        {"maintenance",                        known(node.is_maintenance) },
        {"role",                               named(node.role)           },
        {"server",                             named(node.server)         },
        {"silence",                            text_or_null(node.silence) },
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
        {"address",          known(stream.address)               },
        {"flush_lag_bytes",  known(stream.flush_lag)             },
        {"flush_lag_ms",     milliseconds_of(stream.flush_delay) },
        {"replay_lag_bytes", known(stream.replay_lag)            },
        {"replay_lag_ms",    milliseconds_of(stream.replay_delay)},
    };
}

Json json_of(const SlotFacts& slot)
{
    return {
        {"name",       slot.name             },
        {"active",     slot.is_active        },
        {"wal_status", slot.wal_status       },
        {"held_bytes", slot.held_bytes       },
        {"left_bytes", known(slot.left_bytes)},
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

Json ids_of(const std::vector<FencingDevice>& devices)
{
    Json ids = Json::array();
    for (const FencingDevice& device : devices)
        ids.push_back(device.id);
    return ids;
}

Json json_of(const FencingDevice& device)
{
    return {
        {"id",      device.id                         },
        {"state",   std::string{name_of(device.state)}},
        {"problem", text_or_null(device.problem)      },
    };
}

Json json_of(const FencingFacts& fencing)
{
    return {
        {"node",   fencing.target                                          },
        {"action", fencing.action                                          },
        {"origin", fencing.origin                                          },
        {"state",  std::string{name_of(fencing.state)}                     },
        {"ended",  fencing.ended ? Json(utc_text(*fencing.ended)) : nullptr},
        {"reason", text_or_null(fencing.reason)                            },
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

Json json_of(const DiskFacts& disk)
{
    return {
        {"what",        disk.what       },
        {"path",        disk.path       },
        {"free_bytes",  disk.free_bytes },
        {"total_bytes", disk.total_bytes},
    };
}

Json json_of(const BanFacts& ban)
{
    return {
        {"id",             ban.id                                          },
        {"node",           ban.node                                        },
        {"promotion_only", ban.is_promotion_only                           },
        {"until",          ban.until ? Json(utc_text(*ban.until)) : nullptr},
    };
}

Json json_of(const Waiting& waiting)
{
    return {
        {"sessions",   waiting.sessions      },
        {"longest_ms", waiting.oldest.count()},
    };
}

Json json_of(const Event& event)
{
    return {
        {"time",    utc_text(event.when)     },
        {"node",    event.node               },
        {"what",    event.what               },
        {"outcome", event.outcome            },
        {"cause",   text_or_null(event.cause)},
        {"failed",  event.has_failed         },
    };
}

Json json_of(const Activity& activity)
{
    return {
        {"node",  activity.node           },
        {"what",  activity.what           },
        {"since", utc_text(activity.since)},
    };
}

Json json_of(const Problem& problem)
{
    return {
        {"id",      problem.id                           },
        {"cause",   text_or_null(problem.cause)          },
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

/// What has ended is history, and that is among the events; what fails is tried again and again.
Json fencing_of(const ClusterFacts& cluster)
{
    constexpr std::size_t most = 10;
    if (!cluster.fencing)
        return nullptr;
    const auto count = std::min(cluster.fencing->size(), most);
    return list_of(std::vector<FencingFacts>{cluster.fencing->begin(),
                                             cluster.fencing->begin() + static_cast<std::ptrdiff_t>(count)});
}

Json json_of(const ClusterFacts& cluster)
{
    return {
        {"source",                 std::string{name_of(cluster.source)}},
        {"problem",                text_or_null(cluster.problem)       },
        {"quorum",                 known(cluster.has_quorum)           },
        {"fencing",                known(cluster.has_fencing)          },
        {"fencing_devices",        known(cluster.fencing_devices,        ids_of)},
        {"devices",                        known(cluster.fencing_devices,                                                    list_of<FencingDevice>)},
        {"fencings", fencing_of(cluster)},
        {"maintenance",     known(cluster.is_maintenance)                                                       },
    };
}

Json json_of(const Judged& pair)
{
    const PairFacts& facts = pair.facts;
    return {
        {"resource",                                            text_or_null(facts.resource)                 },
        {"clone",                                               text_or_null(facts.clone)                    },
        {"verdict",                                             std::string{name_of(pair.assessment.verdict)}},
        {"mode",                                                std::string{name_of(facts.mode)}             },
        {"problems",                                            list_of(pair.assessment.problems)            },
        {"cluster",                                             json_of(facts.cluster)                       },
        {"management",                                          named(facts.management)                      },
        {"target_role",                                         named(facts.target_role)                     },
        {"bans",                                                known(facts.bans,                              list_of<BanFacts>)},
        {"nodes",                                                     list_of(facts.nodes)                                                                                           },
        {"commits_since",                                                     time_of(facts.commits_since)},
        {"commits_unchanged_since",                                                     time_of(facts.commits_unchanged_since)                                                                                 },
        {"commits_waiting",                                                     known(facts.waiting, [](const Waiting& value) { return json_of(value); })},
        {"delay_left_seconds", known(facts.delay_left,                                              [](std::chrono::seconds value) { return value.count(); })},
        {"synchronous_standby_names",                               known(facts.sync_names)},
        {"replication",                           optional_of(facts.replication)                  },
        {"slot",                                         optional_of(facts.slot)                             },
        {"addresses",                                                list_of(facts.addresses)                             },
        {"disks",                                           list_of(facts.disks)                },
        {"running",                                               list_of(facts.running)                             },
        {"events",                                             list_of(facts.events)                     },
    };
}

Json whole_of(Verdict verdict, Time now)
{
    return {
        {"format",    1                            },
        {"time",      utc_text(now)                },
        {"verdict",   std::string{name_of(verdict)}},
        {"exit_code", exit_code(verdict)           },
    };
}

std::string text_of(const Json& whole)
{
    return whole.dump(indentation, ' ', true, Json::error_handler_t::replace) + "\n";
}

} // namespace

std::string status_json(const std::vector<Judged>& pairs, Verdict verdict, Time now)
{
    Json whole = whole_of(verdict, now);
    whole["problem"] = nullptr;
    whole["pairs"] = list_of(pairs);
    return text_of(whole);
}

std::string status_json(const Unreadable& failure)
{
    Json whole = whole_of(Verdict::unknown, failure.now);
    whole["problem"] = failure.problem;
    whole["pairs"] = Json::array();
    return text_of(whole);
}

} // namespace pgtwin::report
