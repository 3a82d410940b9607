#include "server/desk/desk_index.h"

#include "handoff/roster/capacity.h"

namespace tsunagi::desk {

void DeskIndex::put(const bot::Conversation& conversation)
{
    const std::lock_guard lock(mutex_);
    auto& held = desks_[conversation.desk].held;
    const auto& holder = conversation.holder;
    if (!holder.is_queue() && !holder.is_counselor()) {
        held.erase(conversation.id);
        return;
    }
    held[conversation.id] = {.kind = holder.kind,
                             .counselor = holder.counselor,
                             .waiting = handoff::waiting(conversation, holder.since),
                             .emergency = handoff::is_emergency(conversation)};
}

void DeskIndex::put(const store::StaffAccount& account, std::uint32_t capacity)
{
    const std::lock_guard lock(mutex_);
    desks_[account.desk].staff[account.id] = {.id = account.id,
                                              .desk = account.desk,
                                              .name = account.name,
                                              .role = account.role,
                                              .skills = account.skills,
                                              .on_duty = account.on_duty,
                                              .capacity = capacity};
}

handoff::Counselor DeskIndex::with_load(const Desk& desk, handoff::Counselor counselor)
{
    counselor.holding = 0;
    counselor.holding_emergency = 0;
    for (const auto& [id, held] : desk.held) {
        if (held.kind != bot::HolderKind::counselor || held.counselor != counselor.id) continue;
        ++counselor.holding;
        if (held.emergency) ++counselor.holding_emergency;
    }
    return counselor;
}

handoff::DeskView DeskIndex::view(const bot::Conversation& conversation, const handoff::OpeningHours& hours, TimePoint now) const
{
    handoff::DeskView view{.hours = hours};
    const std::lock_guard lock(mutex_);
    const auto found = desks_.find(conversation.desk);
    if (found == desks_.end()) return view;
    const Desk& desk = found->second;
    for (const auto& [id, held] : desk.held)
        if (held.kind == bot::HolderKind::queue) handoff::count_ahead(view, conversation, held.waiting, now);
    for (const auto& [id, counselor] : desk.staff)
        if (counselor.on_duty) ++view.on_duty;
    if (conversation.last_counselor) {
        const auto last = desk.staff.find(*conversation.last_counselor);
        if (last != desk.staff.end()) view.last_counselor = with_load(desk, last->second);
    }
    return view;
}

std::optional<handoff::Counselor> DeskIndex::counselor(const DeskId& desk, const CounselorId& id) const
{
    const std::lock_guard lock(mutex_);
    const auto found = desks_.find(desk);
    if (found == desks_.end()) return std::nullopt;
    const auto member = found->second.staff.find(id);
    if (member == found->second.staff.end()) return std::nullopt;
    return with_load(found->second, member->second);
}

std::vector<handoff::Counselor> DeskIndex::staff(const DeskId& desk) const
{
    std::vector<handoff::Counselor> all;
    const std::lock_guard lock(mutex_);
    const auto found = desks_.find(desk);
    if (found == desks_.end()) return all;
    for (const auto& [id, counselor] : found->second.staff) all.push_back(with_load(found->second, counselor));
    return all;
}

std::size_t DeskIndex::waiting(const DeskId& desk) const
{
    const std::lock_guard lock(mutex_);
    const auto found = desks_.find(desk);
    if (found == desks_.end()) return 0;
    std::size_t count = 0;
    for (const auto& [id, held] : found->second.held)
        if (held.kind == bot::HolderKind::queue) ++count;
    return count;
}

std::size_t DeskIndex::waiting_everywhere() const
{
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [id, desk] : desks_)
        for (const auto& [conversation, held] : desk.held)
            if (held.kind == bot::HolderKind::queue) ++count;
    return count;
}

}  // namespace tsunagi::desk
