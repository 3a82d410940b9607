// Transcripts, check and talk, over the minimal config and the real engine.
#include "server/ops/check.h"
#include "server/ops/talk.h"
#include "server/ops/transcript.h"
#include "tests/unit/config/folder.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace tsunagi;
using namespace tsunagi::config;

namespace {

/// Plays the steps against the minimal config; what failed, or nothing.
std::string play_steps(const std::string& steps, const std::string& head = "")
{
    ConfigFolder folder;
    folder.write("story.yaml", "name: a story\nnow: 2026-11-24T11:00+09:00\n" + head + "say:\n" + steps);
    const auto loaded = folder.load();
    REQUIRE(loaded.ok());
    std::vector<Problem> problems;
    const auto story = ops::read_story(folder.path() / "story.yaml", loaded, problems);
    REQUIRE_MESSAGE(story, told(problems));
    const auto failure = ops::play(*story, loaded);
    return failure ? failure->what : "";
}

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

} // namespace

TEST_CASE("stories: with hours of its own a story holds whatever hours the desk has")
{
    const std::string steps = "  - follow: true\n  - tap: 住まい\n  - person: \"3\"\n  - bot: {contains: [順番は1番目]}\n";
    CHECK(play_steps(steps) == "");
    CHECK(has(play_steps(steps, "hours: {weekly: {}}\n"), "順番は1番目"));
    CHECK(play_steps(steps, "hours: {weekly: {tue: [\"11:00-12:00\"]}}\n") == "");
}

TEST_CASE("stories: from the first word to the queue, a counselor and back")
{
    const auto wrong = play_steps(R"(
  - follow: true
  - bot: {contains: [こんにちは, どちらですか], choices: [お金, 住まい, 答えない]}
  - tap: 住まい
  - bot: {contains: [何歳]}
  - person: ３さい
  - answer: {topic: home, age: 3, stage: null}
)");
    CHECK(has(wrong, "step 6")); // the stage is kept: the story is wrong, and says so
    CHECK(has(wrong, "expected no answer stage; it is 「2」"));

    CHECK(play_steps(R"(
  - follow: true
  - tap: 住まい
  - person: "3"
  - bot: {contains: [まとめ, 住まい, おつなぎします, 順番は1番目], says_not: [案内]}
  - answer: {topic: home, age: "3", stage: "2", seen: "1"}
  - holder: queue
  - queue: {place: 1, reason: wish, priority: soon}
  - as: はな
  - person: 人と話したい
  - queue: {place: 2, priority: normal}
  - as: she
  - person: まだですか
  - bot: {contains: [受け取りました]}
  - person: まだかな
  - bot: {silent: true}
  - claim: {by: 山田}
  - bot: {contains: [山田です]}
  - holder: 山田
  - send: お待たせしました
    by: 山田
  - bot: {contains: [お待たせしました]}
  - note: {by: 山田, text: 落ち着いている}
  - bot: {says_not: [落ち着いている]}
  - transfer: {by: 山田, reason: 交代}
  - holder: queue
  - claim: 佐藤
  - claim: {by: 山田}
    refused: already_held
  - holder: counselor
  - return: {by: 佐藤}
  - holder: bot
  - log: [event.queued, event.claimed, お待たせしました, 落ち着いている, event.requeued, event.claimed, event.returned]
  - as: はな
  - queue: {place: 1}
)") == "");
}

TEST_CASE("stories: each expectation can fail, and tells what was there instead")
{
    const std::string begin = "  - follow: true\n";
    const std::vector<std::pair<std::string, std::string>> failing{
        {"  - bot: {contains: [さようなら]}\n",
         "step 2: expected her to be told 「さようなら」; what was said: 「こんにちは。」「どちらですか。」"},
        {"  - bot: {contains: [どちら, こんにちは]}\n", "after the words before it"},
        {"  - bot: {says_not: [どちら]}\n", "expected that she is not told 「どちら」"},
        {"  - bot: {choices: [住まい, 車]}\n",
         "expected a button 「車」 under the last message; the buttons are 「お金」「住まい」"},
        {"  - bot: {choices: []}\n", "expected no buttons"},
        {"  - bot: {silent: true}\n", "expected silence"},
        {"  - holder: queue\n", "it is with the bot"},
        {"  - queue: {place: 1}\n", "expected her to wait; it is with the bot"},
        {"  - answer: {topic: home}\n", "the answer topic to be 「home」; it is not given"},
        {"  - tap: 仕事\n", "expected a button 「仕事」; the buttons are"},
        {"  - log: [event.claimed]\n", "expected 「event.claimed」 in the log"},
        {"  - log: {says_not: [event.followed]}\n", "the log does not hold 「event.followed」"},
        {"  - speaks: en\n", "it is ja"},
        {"  - unsend: そんなこと\n", "she never sent 「そんなこと」"},
        {"  - claim: {by: 山田}\n", "it was refused: not_waiting"},
        {"  - person: 人と話したい\n  - claim: {by: 山田}\n    refused: off_duty\n",
         "expected a refusal, off_duty; it was done"},
        {"  - person: 人と話したい\n  - queue: {reason: topic}\n", "expected the reason topic; it is wish"},
        {"  - person: 人と話したい\n  - queue: {priority: high}\n", "expected the priority high; it is normal"},
        {"  - person: 人と話したい\n  - queue: {place: 2}\n", "expected place 2 in line; it is 1"},
    };
    for (const auto& story : failing) {
        const auto& words = story.second;
        CAPTURE(words);
        const auto wrong = play_steps(begin + story.first);
        CAPTURE(wrong);
        CHECK(has(wrong, words));
    }
}

TEST_CASE("stories: who is on duty, and when")
{
    CHECK(play_steps("  - person: 人と話したい\n  - bot: {contains: [いま相談員がいません]}\n", "on_duty: 0\n") == "");
    CHECK(play_steps("  - person: 人と話したい\n  - claim: {by: 佐藤}\n    refused: off_duty\n  - duty: {佐藤: on}\n  "
                     "- claim: {by: 佐藤}\n",
                     "counselors: [{name: 佐藤, on_duty: false}]\n") == "");
    CHECK(has(play_steps("  - person: 人と話したい\n  - claim: {by: 鈴木}\n", "counselors: [{name: 佐藤}]\n"),
              "nobody here is called 「鈴木」"));
    // Tuesday is open to midnight; two minutes later nobody is there, and Wednesday has no hours.
    CHECK(play_steps("  - wait: 12h 59m\n  - person: 人と話したい\n  - bot: {contains: [順番は1番目]}\n  - as: はな\n  "
                     "- wait: 2m\n  - person: 人と話したい\n  - bot: {contains: [11月30日（月） 10:00]}\n") == "");
}

TEST_CASE("stories: a moment or a time that cannot be is told, not guessed")
{
    CHECK(has(play_steps("  - wait: 99999999999d\n"), "「99999999999d」 is no time to wait"));
    ConfigFolder folder;
    folder.write("story.yaml", "name: a story\nnow: 2026-02-30T11:00+09:00\nsay:\n  - follow: true\n");
    const auto loaded = folder.load();
    std::vector<Problem> problems;
    const auto story = ops::read_story(folder.path() / "story.yaml", loaded, problems);
    REQUIRE(story);
    const auto failure = ops::play(*story, loaded);
    REQUIRE(failure);
    CHECK(failure->line == 2);
    CHECK(has(failure->what, "is no moment"));
}

TEST_CASE("stories: what she takes back is gone from the log and the answers")
{
    CHECK(play_steps("  - follow: true\n  - person: 住まい\n  - answer: {topic: home}\n  - unsend: 住まい\n  - answer: "
                     "{topic: null}\n  - log: {contains: [event.unsent], says_not: [住まい]}\n") == "");
}

TEST_CASE("stories: a file that is no story is told with its line")
{
    ConfigFolder folder;
    folder.write("story.yaml", "name: x\nsay:\n  - persn: hello\n");
    std::vector<Problem> problems;
    CHECK_FALSE(ops::read_story(folder.path() / "story.yaml", folder.load(), problems));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].line == 3);
    folder.write("story.yaml", "name: x\ndesk: nowhere\nsay:\n  - person: hello\n");
    problems.clear();
    CHECK_FALSE(ops::read_story(folder.path() / "story.yaml", folder.load(), problems));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].line == 2);
}

TEST_CASE("moments and durations are read as written, and nothing else is")
{
    using namespace std::chrono;
    CHECK(ops::read_instant("2026-11-20T11:00+09:00") == TimePoint{sys_days{2026y / November / 20} + 2h});
    CHECK(ops::read_instant("2026-11-20T11:00:30Z") == TimePoint{sys_days{2026y / November / 20} + 11h + 30s});
    CHECK(ops::read_instant("2026-11-20T01:30-03:30") == TimePoint{sys_days{2026y / November / 20} + 5h});
    for (const char* text : {"", "2026-11-20", "2026-02-30T10:00Z", "2026-11-20T24:00Z", "2026-11-20T10:00",
                             "2026-11-20T10:00+9:00", "2026-11-20 10:00Z"}) {
        CAPTURE(text);
        CHECK_FALSE(ops::read_instant(text));
    }
    CHECK(ops::read_duration("10m") == minutes{10});
    CHECK(ops::read_duration("1d 2h") == hours{26});
    for (const char* text : {"", "m", "10", "10w", "-1h", "1.5h"}) {
        CAPTURE(text);
        CHECK_FALSE(ops::read_duration(text));
    }
}

namespace {
constexpr std::chrono::sys_days in_spring{std::chrono::year{2026} / std::chrono::April / 1};
}

TEST_CASE("check: a desk whose closed days end before the next New Year is told 60 days before, with the last one written")
{
    using namespace std::chrono;
    ConfigFolder folder;
    const auto said = [&](sys_days today) {
        std::ostringstream out;
        CHECK(ops::check(folder.path(), today, out) == 0);
        return out.str();
    };
    CHECK_FALSE(has(said(year{2026} / November / 23), "New Year"));  // open on Mondays and Tuesdays alone
    CHECK_FALSE(has(said(year{2027} / November / 1), "New Year"));
    const auto told = said(year{2027} / November / 5);
    CHECK(has(told, "the last one written is 2026-12-29"));
    CHECK(has(told, "on 2028-01-03 people would be told that somebody reads"));
    folder.replace("desks/demo/desk.yaml", "{\"2026-12-29\": closed}", "{\"2028-01-03\": closed}");
    CHECK_FALSE(has(said(year{2027} / November / 5), "New Year"));
}

TEST_CASE("check: totals and exit code; a transcript that fails is shown as people lived it")
{
    ConfigFolder folder;
    std::ostringstream good;
    CHECK(ops::check(folder.path(), in_spring, good) == 0);
    CHECK(good.str() == "1 desk, 3 flows: 0 errors, 0 warnings; 1 transcript, 0 failed\n");

    folder.replace("desks/demo/flows/talk.yaml", "[「家賃のことです」ですね]", "[お聞きしました]");
    std::ostringstream failing;
    CHECK(ops::check(folder.path(), in_spring, failing) == 1);
    const auto line = folder.line_of("desks/demo/flows/talk.yaml", "お聞きしました");
    CHECK(has(failing.str(), folder.shown("desks/demo/flows/talk.yaml") + ":" + std::to_string(line) +
                                 ": \"she is heard\", step 2: expected her to be told 「お聞きしました」"));
    CHECK(has(failing.str(), "      she: 家賃のことです\n"));
    CHECK(has(failing.str(), "1 transcript, 1 failed"));

    folder.replace("desks/demo/flows/first.yaml", "next: topic", "next: topics");
    std::ostringstream broken;
    CHECK(ops::check(folder.path(), in_spring, broken) == 1);
    CHECK(has(broken.str(), "first.yaml:7: there is no node `topics` (did you mean `topic`?); "));

    std::ostringstream nowhere;
    CHECK(ops::check("/nonexistent/tsunagi", in_spring, nowhere) == 1);
}

TEST_CASE("talk: buttons have numbers, a number taps, /human asks for a human")
{
    ConfigFolder folder;
    std::istringstream in("2\n１２\n/human\nおねがい\n/quit\nnever read\n");
    std::ostringstream out;
    CHECK(ops::talk(folder.path(), "demo", in, out) == 0);
    const auto said = out.str();
    CHECK(has(said, "こんにちは。\n"));
    CHECK(has(said, "  [2] 住まい\n"));
    CHECK(has(said, "お子さんは何歳ですか。\n"));
    CHECK(has(said, "おつなぎします。\n"));
    CHECK(has(said, "(it is in the queue)\n"));

    std::istringstream nothing;
    std::ostringstream told;
    CHECK(ops::talk(folder.path(), "elsewhere", nothing, told) == 1);
    CHECK(has(told.str(), "there is no desk `elsewhere`"));
}
