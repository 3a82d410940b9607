#include "server/desk/desk_index.h"

namespace tsunagi::desk {
namespace {

constexpr std::uint8_t emergency_risk_level = 3;  // R3 and R4 (practice.md section 9)

}  // namespace

void DeskIndex::put(const bot::Conversation& conversation)
{
    const std::lock_guard lock(mutex_);
    auto& held = desks_[conversation.desk].held;
    const auto& holder = conversation.holder;
    if (!holder.is_queue() && !holder.is_counselor()) {
        held.erase(conversation.id);
        return;
    }
    const auto priority = conversation.handoff ? conversation.handoff->priority : bot::Priority::normal;
    const auto since = holder.is_queue() && conversation.handoff ? conversation.handoff->requested_at : holder.since;
    held[conversation.id] = {
        .kind = holder.kind,
        .counselor = holder.counselor,
        .priority = priority,
        .emergency = conversation.risk_level >= emergency_risk_level || priority == bot::Priority::emergency,
        .since = since};
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

bool DeskIndex::is_before(const Held& a, const ConversationId& a_id, const Held& b, const ConversationId& b_id)
{
    if (a.priority != b.priority) return a.priority > b.priority;
    if (a.since != b.since) return a.since < b.since;
    return a_id < b_id;
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

handoff::DeskView DeskIndex::view(const bot::Conversation& conversation, const handoff::OpeningHours& hours) const
{
    handoff::DeskView view{.hours = hours};
    const std::lock_guard lock(mutex_);
    const auto found = desks_.find(conversation.desk);
    if (found == desks_.end()) return view;
    const Desk& desk = found->second;

    const auto self = desk.held.find(conversation.id);
    const bool waits = self != desk.held.end() && self->second.kind == bot::HolderKind::queue;
    for (const auto& [id, held] : desk.held) {
        if (held.kind != bot::HolderKind::queue || id == conversation.id) continue;
        if (waits && !is_before(held, id, self->second, conversation.id)) continue;
        ++view.waiting_ahead_normal;
        if (held.priority >= bot::Priority::soon) ++view.waiting_ahead_soon;
        if (held.priority >= bot::Priority::high) ++view.waiting_ahead_high;
        if (held.priority >= bot::Priority::emergency) ++view.waiting_ahead_emergency;
    }
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
