#pragma once
#include "server/store/records.h"

namespace tsunagi::store::samples {

// One of each record with every field away from its default, so that a field lost on the way cannot hide.

bot::Conversation conversation();
std::vector<bot::Entry> entries();  ///< one for each kind of content, one outbound, one event
OutboxRow outbox_row();
Identity identity();
EventTaken event_taken();
CommandResult command_result();
EntryPlace entry_place();
StaffAccount staff_account();
LoginOwner login_owner();
ConsoleSession console_session();
Timer timer();
PlaybookSources playbook_sources();
AuditEntry audit_entry();

}  // namespace tsunagi::store::samples
