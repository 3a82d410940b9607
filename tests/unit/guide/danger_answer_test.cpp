// What stands in an answer to danger: read by somebody in fear, on a small screen, perhaps for a moment only.
#include "bot/base/text.h"
#include "bot/flow/decide.h"
#include "bot/flow/line_notes.h"
#include "bot/guide/support.h"
#include "bot/safety/help.h"
#include "server/config/config.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tsunagi;
using namespace std::chrono_literals;

namespace {

const bot::Playbook& the_desk()
{
    static const auto loaded = config::load("config", config::Purpose::check);
    return *loaded.playbooks.at(DeskId{"mirai"});
}

const bot::Hotline& hotline_called(const std::string& id)
{
    return *std::ranges::find(the_desk().support->hotlines(), id, &bot::Hotline::id);
}

std::string told_of(const std::string& id, const bot::Language& language, bot::NotesFor where)
{
    std::string all;
    for (const auto& note : bot::line_notes(hotline_called(id), language, the_desk(), where)) all += note + "\n";
    return all;
}

bool has_words(const std::string& text, const std::string& words) { return text.find(words) != text.npos; }

}  // namespace

TEST_CASE("danger: how others are reached is told to who speaks another language, and to nobody else")
{
    const auto in_danger = bot::NotesFor::danger;
    for (const auto* japanese : {"ja", "ja-easy"}) {
        CHECK(told_of("yorisoi", japanese, in_danger).empty());
        CHECK_FALSE(has_words(told_of("dvplus", japanese, in_danger), "チャット"));
    }
    CHECK(has_words(told_of("yorisoi", "en", in_danger), "They answer in Japanese.\nFor other languages press 2"));
    CHECK(has_words(told_of("dvplus", "vi", in_danger), "Tiếng nước ngoài chỉ qua chat."));
    CHECK_FALSE(has_words(told_of("yorisoi", "en", in_danger), "press 8"));
}

TEST_CASE("danger: that a call stays in the telephone's history, and where a line is not reached from, is told there, too")
{
    CHECK(has_words(told_of("dvplus", "ja", bot::NotesFor::danger), "発信履歴"));
    CHECK(has_words(told_of("jiso189", "ja", bot::NotesFor::danger), "IP電話"));
}

TEST_CASE("cards and print: everything is told, in each language")
{
    for (const auto* language : {"ja", "ja-easy", "en", "zh-Hans", "vi", "fil", "pt-BR", "ko", "ne"}) {
        INFO(language);
        const auto yorisoi = told_of("yorisoi", language, bot::NotesFor::reading);
        CHECK(has_words(yorisoi, "2"));
        CHECK(has_words(yorisoi, "8"));
    }
}

TEST_CASE("danger: at no hour of the week, in no language, is the answer a wall: three lines, each with three short sentences at most")
{
    constexpr std::size_t units_max = 900;  // of 5,000 that LINE takes: two screens of a small telephone
    const auto monday = std::chrono::sys_days{std::chrono::year{2026} / 11 / 9} + 0h - japan_offset;
    for (const auto& language : the_desk().languages)
        for (const auto* kind : {"suicide", "family_suicide", "self_harm", "dv", "stalking", "sexual_violence", "child_abuse", "medical"})
            for (const std::uint8_t level : {3, 4})
                for (int hour = 0; hour < 7 * 24; hour += 3) {
                    const bot::HelpWish wish{.categories = {kind}, .level = level, .language = language};
                    const auto words = bot::lines_words("safety.lines.open", wish, the_desk(), monday + std::chrono::hours(hour), false);
                    const auto rows = std::ranges::count(words, '\n');
                    CHECK_MESSAGE(rows <= 3 * (1 + 3), language, " ", kind, " ", hour, ":\n", words);
                    CHECK_MESSAGE(utf16_length(words) <= units_max, language, " ", kind, " ", hour, ": ", utf16_length(words), "\n", words);
                }
}
