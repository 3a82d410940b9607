#pragma once
#include "bot/conversation/conversation.h"
#include "handoff/roster/counselor.h"

namespace tsunagi::handoff {

/// From this risk level on, a conversation is an emergency (R3, R4: practice.md section 9).
constexpr std::uint8_t emergency_risk_level = 3;

/// Emergencies that one counselor holds at a time, and nothing new beside one: R3 and R4 need all of her attention.
constexpr std::uint32_t emergency_capacity = 1;

bool is_emergency(const bot::Conversation& conversation);

/// Whether `counselor` can take one more conversation, this one. Who holds an emergency takes nothing more. Who holds
/// none takes an emergency even when her other conversations fill her capacity: a person in danger never waits for the
/// end of a quiet talk (the others can be transferred meanwhile).
bool has_room_for(const Counselor& counselor, const bot::Conversation& conversation);

/// Whether `counselor` can do what the conversation asks for. Skills sort, they never lock a person out: who
/// leads may take what nobody on duty is skilled for, and in an emergency anybody may.
bool has_skills_for(const Counselor& counselor, const bot::Conversation& conversation);

/// Whether `counselor` may step in while the bot still talks with the person: who leads; in an emergency anybody.
bool may_take_from_bot(const Counselor& counselor, const bot::Conversation& conversation);

}  // namespace tsunagi::handoff
