#include "server/ops/booklet.h"

#include "bot/flow/decide.h"
#include "bot/guide/support.h"
#include "server/config/config.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

using namespace tsunagi;
using ops::BookletKind;

namespace {

const bot::Playbook& demo_desk()
{
    static const auto loaded = config::load("config", config::Purpose::check);
    return *loaded.playbooks.at(DeskId{"mirai"});
}

constexpr auto today = std::chrono::year(2026) / 11 / 21;

std::size_t count(const std::string& text, const std::string& word)
{
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("booklet: everything a text can hold is escaped")
{
    CHECK(ops::html_text("<script>alert('x')</script> & \"y\"", false) ==
          "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;");
    CHECK(ops::html_text("<b>（かんじ）", true) == "&lt;b&gt;（かんじ）");
}

TEST_CASE("booklet: readings stand above their kanji, and nothing else does")
{
    CHECK(ops::html_text("子（こ）ども", true) == "<ruby>子<rt>こ</rt></ruby>ども");
    CHECK(ops::html_text("手当（てあて）と 窓口（まどぐち）", true) ==
          "<ruby>手当<rt>てあて</rt></ruby>と <ruby>窓口<rt>まどぐち</rt></ruby>");
    CHECK(ops::html_text("手当（毎月）", true) == "手当（毎月）");
    CHECK(ops::html_text("手当（てあて", true) == "手当（てあて");
    CHECK(ops::html_text("子（こ）ども", false) == "子（こ）ども");
}

TEST_CASE("booklet: every programme once in full, in ten chapters; amounts are a guess with a date")
{
    for (const auto& language : demo_desk().languages) {
        const auto page = ops::booklet_html(demo_desk(), language, BookletKind::booklet, today);
        CHECK(count(page, "<section id=\"chapter-") == 10);
        for (const auto& programme : demo_desk().support->guide().programmes)
            CHECK_MESSAGE(count(page, "<article id=\"" + programme.id + "\">") == (programme.national ? 1 : 0), programme.id);
        CHECK(page.find("2026-11-21") != std::string::npos);
        CHECK(page.find("<script") == std::string::npos);
        CHECK(page.find("you are eligible") == std::string::npos);
        CHECK(page.find("booklet.") == std::string::npos);  // a key without words
        CHECK(page.find("guide.") == std::string::npos);
        CHECK(page == ops::booklet_html(demo_desk(), language, BookletKind::booklet, today));
    }
    CHECK(ops::booklet_html(demo_desk(), "ja-easy", BookletKind::booklet, today).find("<ruby>") != std::string::npos);
}

TEST_CASE("booklet: says when an allowance is paid, under a title of its own, in the reader's language")
{
    const auto& guide = demo_desk().support->guide();
    const auto told = static_cast<std::size_t>(std::ranges::count_if(
        guide.programmes, [](const auto& programme) { return !programme.payment_schedule.empty(); }));
    CHECK(told >= 3);
    for (const auto& language : demo_desk().languages) {
        INFO(language);
        const auto page = ops::booklet_html(demo_desk(), language, BookletKind::booklet, today);
        const bool ruby = language == "ja-easy";
        const auto title = ops::html_text(bot::message_text(demo_desk(), language, "guide.row.paid"), ruby);
        CHECK(count(page, "<dt>" + title + "</dt>") == told);
        const auto months = guide.find("tokubetsu-jido")->payment_schedule.at(language);
        CHECK(page.find(ops::html_text(months, ruby)) != std::string::npos);
    }
}

TEST_CASE("windows: only lines that may be shown; what nobody has verified says so on top")
{
    const auto page = ops::booklet_html(demo_desk(), "ja", BookletKind::windows, today);
    for (const auto& line : demo_desk().support->hotlines()) {
        if (line.tel.empty()) continue;
        const bool printed = page.find(">" + line.tel + "<") != std::string::npos;
        CHECK_MESSAGE(printed == (line.enabled && bot::serves(line, {"mirai"})), line.id);
    }
    CHECK(page.find("class=\"warning\"") != std::string::npos);
    CHECK(page.find(">110<") < page.find(">189<"));

    auto lines = demo_desk().support->hotlines();
    for (auto& line : lines) line.verified_at = "2026-11-20";
    auto verified = demo_desk();
    verified.support = std::make_shared<const bot::Support>(demo_desk().support->guide(), lines);
    CHECK(ops::booklet_html(verified, "ja", BookletKind::windows, today).find("class=\"warning\"") ==
          std::string::npos);
}

TEST_CASE("booklet and windows: a programme's own lines stand beside it, with whom they do not serve")
{
    const auto book = ops::booklet_html(demo_desk(), "ja", BookletKind::booklet, today);
    const auto josei = book.substr(book.find("<article id=\"josei\">"));
    CHECK(josei.substr(0, josei.find("</article>")).find("#8778") != std::string::npos);
    const auto youikuhi = book.substr(book.find("<article id=\"youikuhi\">"));
    CHECK(youikuhi.substr(0, youikuhi.find("</article>")).find("0120-965-419") != std::string::npos);

    const auto windows = ops::booklet_html(demo_desk(), "ja", BookletKind::windows, today);
    CHECK(count(windows, "0120-965-419") == 3);  // its own row, 養育費 and 親子交流
    CHECK(windows.find("IP電話からはつながりません") != std::string::npos);
    CHECK(windows.find("18歳までの子どものための電話です") != std::string::npos);
    for (const auto& line : demo_desk().support->hotlines())
        for (const auto& limit : line.limits)
            for (const auto& language : demo_desk().languages) CHECK_MESSAGE(limit.contains(language), line.id, " ", language);
}

TEST_CASE("windows: whoever does not speak Japanese is told where only Japanese is spoken; 110 and 119 do not frighten her off")
{
    const auto nepali = bot::message_text(demo_desk(), "ne", "safety.line.japanese");
    const auto page = ops::booklet_html(demo_desk(), "ne", BookletKind::windows, today);
    const auto row_of = [&](const std::string& number) {
        const auto at = page.find(">" + number + "<");
        return page.substr(at, page.find("</tr>", at) - at);
    };
    CHECK(row_of("0120-061-338").find(nepali) != std::string::npos);
    CHECK(row_of("0570-090911").find(nepali) == std::string::npos);  // Nepali is spoken there
    CHECK(row_of("110").find(nepali) == std::string::npos);
    CHECK(ops::booklet_html(demo_desk(), "ja-easy", BookletKind::windows, today).find("で 話します") == std::string::npos);
}

TEST_CASE("booklet: no such desk, no such language, no such folder: told, and nothing is printed")
{
    for (const auto& options : {ops::BookletOptions{"config", "nobody"}, ops::BookletOptions{"config", "mirai", "xx"},
                                ops::BookletOptions{"no-such-folder", "mirai"}}) {
        std::ostringstream out, err;
        CHECK(ops::booklet(options, out, err) == 1);
        CHECK(out.str().empty());
        CHECK_FALSE(err.str().empty());
    }
    std::ostringstream out, err;
    CHECK(ops::booklet({"config", "mirai"}, out, err) == 0);
    CHECK(out.str().starts_with("<!doctype html>"));
}
