#pragma once
#include "bot/base/ids.h"
#include "bot/base/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tsunagi::handoff {

/// What a staff account may do (architecture.md, Names). A table in server/api/permissions.h maps roles to actions.
enum class Role : std::uint8_t { counselor = 1, supervisor = 2, peer_concierge = 3, desk_manager = 4, auditor = 5 };

/// Whether this role answers for what colleagues hold: may step in, pass on and judge in their place.
constexpr bool leads(Role role) { return role == Role::supervisor || role == Role::desk_manager; }

/// Whether this role sees who waits. A peer concierge talks with those handed to her and sees no others; an auditor talks
/// with nobody.
constexpr bool sees_queue(Role role) { return role == Role::counselor || leads(role); }

/// A member of a desk's staff, as far as the queue needs to know.
struct Counselor {
    CounselorId id;
    DeskId desk;
    std::string name;                 ///< what colleagues and, after a claim, the person see
    Role role = Role::counselor;
    std::vector<std::string> skills;
    bool on_duty = false;
    std::uint32_t holding = 0;        ///< conversations held now
    std::uint32_t holding_emergency = 0;  ///< of these, R3 or R4
    std::uint32_t capacity = 3;       ///< practice.md section 7: 2 to 3 at once by default
};

}  // namespace tsunagi::handoff
