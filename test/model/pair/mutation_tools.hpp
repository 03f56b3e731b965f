// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <utility>

#include "mutations.hpp"

/// For writing mutations: changes to what an action sees, and questions about it.
namespace pgtwin::test::pair
{

using namespace std::chrono_literals;
using decide::Context;
using decide::Next;
using decide::Observation;

template <typename F>
void in_view(Observation& seen, F change)
{
    if (seen.view() == nullptr)
        return;
    ClusterView view = *seen.view();
    change(view);
    seen.cluster = std::optional{std::move(view)};
}

template <typename T, typename F>
void in_look(Seen<T>& look, F change)
{
    if (!look.is_known())
        return;
    T value = *look;
    change(value);
    look = std::move(value);
}

template <typename F>
void in_status(Observation& seen, F change)
{
    in_look(seen.server,
            [&change](ServerLook& look)
            {
                if (look.status)
                    change(*look.status);
            });
}

inline bool is_primary(const Observation& seen)
{
    return seen.status() != nullptr && seen.status()->role == Role::primary;
}
inline bool is_standby(const Observation& seen)
{
    return seen.status() != nullptr && seen.status()->role == Role::standby;
}
inline bool has_names(const Observation& seen)
{
    return is_primary(seen) && !seen.status()->sync_standby_names.empty();
}
inline bool has_sender(const Observation& seen)
{
    return is_primary(seen) && seen.status()->peer_sender.has_value();
}

template <typename T>
T* step_in(Next& next)
{
    auto* step = std::get_if<decide::Step>(&next);
    return step == nullptr ? nullptr : std::get_if<T>(step);
}

inline bool removes_certificate(Next& next)
{
    const auto* certificate = step_in<decide::SetCertificate>(next);
    return certificate != nullptr && !certificate->certificate;
}

} // namespace pgtwin::test::pair
