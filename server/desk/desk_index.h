#pragma once
#include "bot/conversation/conversation.h"
#include "handoff/queue/place.h"
#include "handoff/queue/receive.h"
#include "handoff/roster/counselor.h"
#include "server/store/records.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::desk {

/// Who waits, who talks with whom and who is on duty, in memory: what a decision must know of the desk without a scan.
///
/// Built from the store at start and fed by every commit. Only conversations that wait or are with a counselor are in it,
/// so its size follows the staff, not the number of people. Thread-safe.
class DeskIndex {
public:
    /// Takes over the holder of `conversation` as it was committed. What comes after a later revision of it says nothing any more.
    void put(const bot::Conversation& conversation);
    void put(const store::StaffAccount& account, std::uint32_t capacity);

    /// What deciding about `conversation` needs to know of its desk at `now`.
    handoff::DeskView view(const bot::Conversation& conversation, const handoff::OpeningHours& hours, TimePoint now) const;

    /// A member of staff with what is held now; nothing when unknown.
    std::optional<handoff::Counselor> counselor(const DeskId& desk, const CounselorId& id) const;
    std::vector<handoff::Counselor> staff(const DeskId& desk) const;

    /// Keeps the room that `next` takes with a counselor who did not hold it `before`, until what is returned is let go: from the
    /// decision to the end of its commit nobody else is given the same place. Null when somebody was given it since: decide
    /// again. Where nobody new takes it, nothing is kept and the answer is never null.
    std::shared_ptr<const void> keep_room(const bot::Conversation& before, const bot::Conversation& next);

    /// People waiting at a desk, or at all desks.
    std::size_t waiting(const DeskId& desk) const;
    std::size_t waiting_everywhere() const;

private:
    struct Desk;
    Desk& at(const DeskId& id);
    const Desk* find(const DeskId& id) const;
    static handoff::Counselor with_load(const Desk& desk, handoff::Counselor counselor);

    mutable std::mutex mutex_;
    std::unordered_map<DeskId, std::shared_ptr<Desk>> desks_;
};

}  // namespace tsunagi::desk
