#include "server/desk/desk_index.h"

#include "handoff/roster/capacity.h"

#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <utility>

namespace tsunagi::desk {
namespace {

struct Held {
    bot::HolderKind kind = bot::HolderKind::queue;
    CounselorId counselor;
    handoff::Waiting waiting;
    bool emergency = false;
};

/// Room with a counselor for what is about to be committed, for as long as `until` lives.
struct Kept {
    ConversationId conversation;
    CounselorId counselor;
    bool emergency = false;
    std::weak_ptr<const void> until;
};

struct Load {
    std::uint32_t holding = 0;
    std::uint32_t holding_emergency = 0;
};

/// Those who wait, in the order they are served. Knows how many stand before somebody without walking past them: every
/// message asks that, and on a bad evening thousands wait.
struct ServedBefore {
    bool operator()(const handoff::Waiting& a, const handoff::Waiting& b) const { return handoff::is_before(a, b); }
};
using Line = __gnu_pbds::tree<handoff::Waiting, __gnu_pbds::null_type, ServedBefore, __gnu_pbds::rb_tree_tag,
                              __gnu_pbds::tree_order_statistics_node_update>;

/// The revisions of the conversations committed last. Two commits of one conversation follow each other in the store, but may be told here
/// the other way round: a person with two doors has two turns, and staff have theirs. Each conversation has one place and
/// the newer one of two takes it, so that memory is bounded: what overtakes is milliseconds apart.
class NewestRevisions {
public:
    /// False when a later revision of the conversation was told already.
    bool is_newest(const bot::Conversation& conversation)
    {
        const std::size_t hash = std::hash<ConversationId>{}(conversation.id);
        auto& place = places_[hash % places_.size()];
        if (place.conversation == hash && place.revision > conversation.revision) return false;
        place = {hash, conversation.revision};
        return true;
    }

private:
    struct Place {
        std::size_t conversation = 0;
        std::uint64_t revision = 0;
    };
    static constexpr std::size_t places_count = 1'024;  // far more than there are commits in the time one needs to be told
    std::array<Place, places_count> places_{};
};

}  // namespace

struct DeskIndex::Desk {
    NewestRevisions revisions;
    std::unordered_map<ConversationId, Held> held;
    Line line;                          // of all in `held` who wait
    std::map<CounselorId, Load> loads;  // of all in `held` who are with a counselor
    std::map<CounselorId, handoff::Counselor> staff;
    std::vector<Kept> kept;  // as many as are being committed just now

    /// What she holds, and what is about to be hers.
    Load load_of(const CounselorId& counselor) const
    {
        const auto found = loads.find(counselor);
        Load load = found == loads.end() ? Load{} : found->second;
        for (const auto& one : kept) {
            if (one.counselor != counselor || one.until.expired() || is_held_by(one.conversation, counselor)) continue;
            ++load.holding;
            if (one.emergency) ++load.holding_emergency;
        }
        return load;
    }
    bool is_held_by(const ConversationId& id, const CounselorId& counselor) const
    {
        const auto found = held.find(id);
        return found != held.end() && found->second.kind == bot::HolderKind::counselor && found->second.counselor == counselor;
    }

    void add(const bot::Conversation& conversation)
    {
        const auto& holder = conversation.holder;
        Held now{.kind = holder.kind,
                 .counselor = holder.counselor,
                 .waiting = handoff::waiting(conversation, holder.since),
                 .emergency = handoff::is_emergency(conversation)};
        if (holder.is_queue()) {
            line.insert(now.waiting);
        } else {
            auto& load = loads[now.counselor];
            ++load.holding;
            if (now.emergency) ++load.holding_emergency;
        }
        held.emplace(conversation.id, std::move(now));
    }

    void remove(const ConversationId& id)
    {
        const auto found = held.find(id);
        if (found == held.end()) return;
        const Held& before = found->second;
        if (before.kind == bot::HolderKind::queue) {
            line.erase(before.waiting);
        } else {
            auto& load = loads[before.counselor];
            --load.holding;
            if (before.emergency) --load.holding_emergency;
        }
        held.erase(found);
    }

    /// As handoff::count_ahead counts them, one by one.
    void count_ahead(handoff::DeskView& view, const bot::Conversation& conversation, TimePoint now) const
    {
        if (line.empty()) return;
        auto whose = handoff::waiting(conversation, now);
        const auto self = held.find(conversation.id);
        const bool waits = self != held.end() && self->second.kind == bot::HolderKind::queue;
        const auto ahead_at = [&](bot::Priority priority) {
            whose.priority = priority;
            const bool counts_herself = waits && handoff::is_before(self->second.waiting, whose);
            return static_cast<std::uint32_t>(line.order_of_key(whose)) - (counts_herself ? 1 : 0);
        };
        view.waiting_ahead_normal = ahead_at(bot::Priority::normal);
        view.waiting_ahead_soon = ahead_at(bot::Priority::soon);
        view.waiting_ahead_high = ahead_at(bot::Priority::high);
        view.waiting_ahead_emergency = ahead_at(bot::Priority::emergency);
    }
};

DeskIndex::Desk& DeskIndex::at(const DeskId& id)
{
    auto& desk = desks_[id];
    if (!desk) desk = std::make_shared<Desk>();
    return *desk;
}

const DeskIndex::Desk* DeskIndex::find(const DeskId& id) const
{
    const auto found = desks_.find(id);
    return found == desks_.end() ? nullptr : found->second.get();
}

void DeskIndex::put(const bot::Conversation& conversation)
{
    const std::lock_guard lock(mutex_);
    Desk& desk = at(conversation.desk);
    if (!desk.revisions.is_newest(conversation)) return;
    desk.remove(conversation.id);
    if (conversation.holder.is_queue() || conversation.holder.is_counselor()) desk.add(conversation);
}

void DeskIndex::put(const store::StaffAccount& account, std::uint32_t capacity)
{
    const std::lock_guard lock(mutex_);
    at(account.desk).staff[account.id] = {.id = account.id,
                                          .desk = account.desk,
                                          .name = account.name,
                                          .role = account.role,
                                          .skills = account.skills,
                                          .on_duty = account.on_duty,
                                          .capacity = capacity};
}

handoff::Counselor DeskIndex::with_load(const Desk& desk, handoff::Counselor counselor)
{
    const Load load = desk.load_of(counselor.id);
    counselor.holding = load.holding;
    counselor.holding_emergency = load.holding_emergency;
    return counselor;
}

handoff::DeskView DeskIndex::view(const bot::Conversation& conversation, const handoff::OpeningHours& hours, TimePoint now) const
{
    handoff::DeskView view{.hours = hours};
    const std::lock_guard lock(mutex_);
    const Desk* desk = find(conversation.desk);
    if (desk == nullptr) return view;
    desk->count_ahead(view, conversation, now);
    for (const auto& [id, counselor] : desk->staff)
        if (counselor.on_duty && handoff::sees_queue(counselor.role)) ++view.on_duty;
    if (conversation.last_counselor) {
        const auto last = desk->staff.find(*conversation.last_counselor);
        if (last != desk->staff.end()) view.last_counselor = with_load(*desk, last->second);
    }
    return view;
}

std::optional<handoff::Counselor> DeskIndex::counselor(const DeskId& desk, const CounselorId& id) const
{
    const std::lock_guard lock(mutex_);
    const Desk* found = find(desk);
    if (found == nullptr) return std::nullopt;
    const auto member = found->staff.find(id);
    if (member == found->staff.end()) return std::nullopt;
    return with_load(*found, member->second);
}

std::vector<handoff::Counselor> DeskIndex::staff(const DeskId& desk) const
{
    std::vector<handoff::Counselor> all;
    const std::lock_guard lock(mutex_);
    const Desk* found = find(desk);
    if (found == nullptr) return all;
    for (const auto& [id, counselor] : found->staff) all.push_back(with_load(*found, counselor));
    return all;
}

std::shared_ptr<const void> DeskIndex::keep_room(const bot::Conversation& before, const bot::Conversation& next)
{
    static constexpr char nothing = 0;
    const auto& taker = next.holder.counselor;
    const bool is_taken = next.holder.is_counselor() && !(before.holder.is_counselor() && before.holder.counselor == taker);
    if (!is_taken) return {std::shared_ptr<const void>(), &nothing};
    const std::lock_guard lock(mutex_);
    Desk& desk = at(next.desk);
    std::erase_if(desk.kept, [](const Kept& one) { return one.until.expired(); });
    const auto member = desk.staff.find(taker);
    if (member != desk.staff.end() && !handoff::has_room_for(with_load(desk, member->second), next)) return nullptr;
    auto until = std::make_shared<const char>();
    desk.kept.push_back({next.id, taker, handoff::is_emergency(next), until});
    return until;
}

std::size_t DeskIndex::waiting(const DeskId& desk) const
{
    const std::lock_guard lock(mutex_);
    const Desk* found = find(desk);
    return found == nullptr ? 0 : found->line.size();
}

std::size_t DeskIndex::waiting_everywhere() const
{
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [id, desk] : desks_) count += desk->line.size();
    return count;
}

}  // namespace tsunagi::desk
