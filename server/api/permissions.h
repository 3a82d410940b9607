#pragma once
#include "handoff/roster/counselor.h"

#include <array>
#include <string_view>

namespace tsunagi::api {

/// What a signed-in member of staff may do at all. What is possible with one conversation just now is decided again by
/// handoff/ when the command is carried out. Deny by default: a role that is not in the table may do nothing.
struct Permissions {
    bool lists_all = false;      ///< may see the queue and every conversation of the desk
    bool lists_own = false;      ///< may see the conversations she holds
    bool may_hold = false;       ///< can be on duty and claim
    bool may_take_over = false;  ///< can claim from the bot and hand over in a colleague's place
    bool may_note = false;
    bool may_try_rules = false;  ///< may try sentences on the danger rules and read what was dismissed
    bool may_see_line = false;   ///< may see the LINE channels' quota and what is to be mended
    bool may_audit = false;      ///< may read who did what, without a word of content
};

struct RoleRow {
    handoff::Role role;
    Permissions permissions;
};

/// The table of roles (architecture.md, Names). A peer concierge (YOK-08) talks with those handed to her and sees no
/// others; an auditor reads the audit log, not the conversations.
inline constexpr std::array role_table{
    RoleRow{handoff::Role::counselor, {.lists_all = true, .lists_own = true, .may_hold = true, .may_note = true}},
    RoleRow{handoff::Role::supervisor,
            {.lists_all = true, .lists_own = true, .may_hold = true, .may_take_over = true, .may_note = true,
             .may_try_rules = true, .may_see_line = true}},
    RoleRow{handoff::Role::desk_manager,
            {.lists_all = true, .lists_own = true, .may_hold = true, .may_take_over = true, .may_note = true,
             .may_try_rules = true, .may_see_line = true, .may_audit = true}},
    RoleRow{handoff::Role::peer_concierge, {.lists_own = true, .may_hold = true, .may_note = true}},
    RoleRow{handoff::Role::auditor, {.may_audit = true}},
};

constexpr Permissions permissions_of(handoff::Role role)
{
    for (const auto& row : role_table)
        if (row.role == role) return row.permissions;
    return {};
}

/// Whom the queue takes for somebody who sees it is shown it.
constexpr bool queue_is_shown_to_who_sees_it()
{
    for (const auto& row : role_table)
        if (row.permissions.lists_all != handoff::sees_queue(row.role)) return false;
    return true;
}
static_assert(queue_is_shown_to_who_sees_it());

}  // namespace tsunagi::api
