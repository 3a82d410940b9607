#pragma once
#include "bot/flow/decide.h"
#include "handoff/queue/receive.h"

#include <map>
#include <string>

namespace tsunagi::handoff {

/// As `tell`, in a request of its own: nobody asked for these words (timers). They are not pushed late (may_begin.h, late_push).
void tell_unasked(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
                  const std::map<std::string, std::string>& values, TimePoint now);

/// Says the catalogue's `key` as the bot's last words of this turn, in one request with what it said before.
/// Someone who cannot be reached (unfollowed) is told nothing, and a text that comes out empty is not sent.
void tell(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
          const std::map<std::string, std::string>& values, TimePoint now);

/// Says `key` on behalf of a counselor: by push, and allowed while she holds the conversation (may_send.h). A push shows on
/// a locked screen: in a private conversation it is said in words that tell nothing, in a disguised one not at all, and none is
/// pushed outside her hours (may_begin.h).
void tell_for_counselor(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
                        const std::map<std::string, std::string>& values, TimePoint now);

/// Answers what she wrote with `key`, whose words tell nothing, on behalf of a counselor: allowed while she holds the conversation.
/// False when she can be told nothing, as above.
bool answer_quietly_for_counselor(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
                                  const std::map<std::string, std::string>& values, TimePoint now);

/// After her safe word in a counselor's conversation: the harmless words that were agreed, at once and on the counselor's behalf,
/// whatever else is forbidden there.
void tell_disguise_for_counselor(bot::Decision& decision, const bot::Playbook& playbook, TimePoint now);

/// On which occasion someone who waits is told how she stands. `closed`: the desk has closed since she was told last. `danger`: R3
/// or R4 was heard; `danger_quiet`: words that somebody beside her may read.
enum class Occasion { entered, came_back, kept, closed, danger, danger_quiet };

/// The words for an occasion: her place in line when somebody is there, that nobody is at the desk just now, or when the
/// desk opens next. Where her screen may not show why she writes, words that tell nothing (bot/safety/hearing.h).
std::string standing_words(Occasion occasion, const bot::Conversation& conversation, const bot::Playbook& playbook,
                           const DeskView& desk, TimePoint now);

/// Tells her the truth about her waiting: her place in line when somebody is there, that nobody is at the desk just
/// now, or when the desk opens next.
void tell_standing(bot::Decision& decision, Occasion occasion, const bot::Playbook& playbook, const DeskView& desk,
                   TimePoint now);

/// The values of a moment in Japan's time, for an event's sentence: month, day, weekday (0 is Sunday), hour, minute.
std::map<std::string, std::string> moment_values(TimePoint moment);

/// An opening as a person reads it, in Japan's time: the catalogue's `time.format`, for example 「11月24日（火） 10:00」;
/// in a language that writes readings its day comes from `time.days`: 24日（にじゅうよっか）.
std::string opening_text(const bot::Playbook& playbook, const bot::Language& language, TimePoint opening);

}  // namespace tsunagi::handoff
