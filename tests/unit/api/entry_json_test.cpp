// A line of the log as the console gets it.
#include "handoff/queue/tell.h"
#include "handoff/roster/japan_time.h"
#include "server/api/conversation_json.h"

#include <doctest/doctest.h>

using namespace tsunagi;

namespace {

api::Words words_of_events()
{
    bot::Playbook book;
    book.languages = {"ja", "vi"};
    book.messages["event.language_heard"] = {{"ja", "案内を切り替えました（{language}）"}};
    book.messages["language.vi"] = {{"ja", "ベトナム語"}};
    book.messages["event.ring_waits"] = {{"ja", "{month}月{day}日（{weekday}）{hour}:{minute}まで待ちます"}};
    book.messages["time.weekday.2"] = {{"ja", "火"}};
    return {std::make_shared<const bot::Playbook>(std::move(book)), "ja"};
}

std::string told(const std::string& language)
{
    bot::Entry entry;
    entry.event = bot::LoggedEvent{"event.language_heard", {{"language", language}}};
    const auto line = api::entry_json({}, entry, {entry}, words_of_events());
    return line["event"]["text"].get<std::string>();
}

}  // namespace

TEST_CASE("log line: a language is told by its name, one that has none by its tag")
{
    CHECK(told("vi") == "案内を切り替えました（ベトナム語）");
    CHECK(told("qu") == "案内を切り替えました（qu）");
}

TEST_CASE("log line: until when a ring waits is told as a calendar shows it")
{
    const std::chrono::sys_days tuesday{std::chrono::year{2026} / 11 / 24};
    bot::Entry entry;
    entry.event = bot::LoggedEvent{"event.ring_waits", handoff::moment_values(handoff::from_japan_time(tuesday, 10 * 60 + 5))};
    CHECK(api::entry_json({}, entry, {entry}, words_of_events())["event"]["text"] == "11月24日（火）10:05まで待ちます");
}
