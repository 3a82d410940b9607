#pragma once
#include "bot/flow/flow.h"
#include "bot/guide/hotline.h"

#include <string>
#include <vector>

namespace tsunagi::bot {

/// Where a line is shown: on a card or a page that is read in peace, or in an answer to danger, read by somebody in fear.
enum class NotesFor { reading, danger };

/// What she must know before she calls `line`, a sentence each: in her language, that Japanese is spoken there and how others are
/// reached; its notes, and whom it does not serve. In danger only what decides whether it can help her now: up to three lines
/// stand there (hotlines.md 8.4), and each sentence pushes the next number out of her sight. Nothing about the language of 110 and
/// 119: who is in danger is not to hesitate.
std::vector<std::string> line_notes(const Hotline& line, const Language& language, const Playbook& playbook, NotesFor where);

/// A line of a programme as cards and printed pages show it (`guide.phone`): name, number, hours, cost, and what is read in peace.
std::string phone_words(const Hotline& line, const Language& language, const Playbook& playbook);

}  // namespace tsunagi::bot
