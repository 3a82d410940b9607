#pragma once
#include "bot/flow/flow.h"
#include "bot/guide/hotline.h"

#include <string>
#include <vector>

namespace tsunagi::bot {

/// What she must know before she calls `line`, a sentence each: its notes, whom it does not serve, and, in her language, that
/// Japanese is spoken there. Nothing of the last kind for 110 and 119: who is in danger is not to hesitate.
std::vector<std::string> line_notes(const Hotline& line, const Language& language, const Playbook& playbook);

}  // namespace tsunagi::bot
