#pragma once
#include "bot/flow/decide.h"
#include "handoff/queue/commands.h"
#include "handoff/queue/receive.h"
#include "handoff/roster/japan_time.h"

#include <chrono>
#include <string>
#include <vector>

/// A small desk to tell stories with: open on weekdays from 10 to 17, two flows, a catalogue whose texts say which key
/// they are, and Friday, 20 November 2026 at 11:00, when nothing else is said.
namespace tsunagi::story {

using Lines = std::vector<std::string>;

constexpr TimePoint at(std::chrono::year_month_day date, int hour, int minute)
{
    return handoff::from_japan_time(std::chrono::sys_days{date}, hour * 60 + minute);
}
/// 20 November 2026, 11:00: open.
constexpr TimePoint friday = at(std::chrono::year{2026} / 11 / 20, 11, 0);
/// 02:00: closed until Tuesday 10:00 (Monday is a public holiday).
constexpr TimePoint saturday = at(std::chrono::year{2026} / 11 / 21, 2, 0);

const bot::Playbook& playbook();
/// The same desk with danger rules and hotlines: 「準備をした」 is R3, 「薬を飲んだ」 R4, 「夫が怖い」 R2 and violence…
const bot::Playbook& watchful();
handoff::OpeningHours weekdays();

handoff::Counselor sato();
handoff::Counselor suzuki();
handoff::Counselor supervisor();

/// The desk as a decision sees it: open by its hours, this many counselors on duty, this many waiting before her.
handoff::DeskView desk(std::uint32_t on_duty = 1, std::uint32_t waiting_ahead = 0);

// What a person sends.
bot::Inbound text(const std::string& words);
bot::Inbound sticker();
bot::Inbound picture();
bot::Inbound tap(const std::string& data);
bot::Inbound follow();
bot::Inbound unfollow();
bot::Inbound unsend(const std::string& message_id);
bot::Inbound other(const std::string& type, const std::string& message_id);
bot::Inbound on_standby(bot::Inbound inbound);

// Conversations at the points where stories begin. Each came there through handoff::receive and the commands.
bot::Conversation unknown_person();                               ///< nobody has greeted her yet
bot::Conversation greeted(TimePoint now = friday);                ///< the bot asked its first question
bot::Conversation waiting(TimePoint now = friday);                ///< she answered it and waits in the queue
bot::Conversation held(const handoff::Counselor& by, TimePoint now = friday);    ///< claimed out of the queue
bot::Conversation closed(const handoff::Counselor& by, TimePoint now = friday);  ///< closed by who held it

// What a decision does, in words.
Lines said(const bot::Decision& decision);    ///< texts of all Sends in order
Lines events(const bot::Decision& decision);  ///< logged events: `event.queued reason=wish`
std::vector<bot::Send> sends(const bot::Decision& decision);
std::size_t received(const bot::Decision& decision);  ///< inbound entries in the log

}  // namespace tsunagi::story
