#pragma once
#include "bot/flow/flow.h"
#include "server/line/caller.h"
#include "server/line/decode.h"
#include "server/ops/metrics.h"

#include <functional>
#include <memory>
#include <string>

namespace tsunagi::line {

/// Takes leave of groups and rooms: a consultation is between two (pitfalls.md 17). A short notice where we were invited,
/// then out. Nothing of a group is stored; a request that fails is counted, and the group's next event tries again.
class Groups {
public:
    /// The notice in words, from a desk's catalogue (`group.notice`); empty: we leave without a word.
    using Notice = std::function<std::string(const DeskId&)>;

    Groups(Caller& caller, ops::Metrics& metrics, Notice notice)
        : caller_(caller), metrics_(metrics), notice_(std::move(notice)) {}

    net::awaitable<void> leave(DeskId desk, std::string channel, GroupVisit visit);

private:
    Caller& caller_;
    ops::Metrics& metrics_;
    Notice notice_;
};

}  // namespace tsunagi::line
