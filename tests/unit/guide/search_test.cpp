#include "bot/guide/search.h"
#include "server/config/guide_config.h"
#include "server/config/hotline_config.h"
#include "server/ops/guide.h"
#include "tests/bench/guide/questions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <sstream>

using namespace tsunagi;

namespace {

constexpr std::array question_sets{"tests/bench/guide/holdout.tsv", "tests/bench/guide/questions.tsv", "tests/bench/guide/everyday.tsv",
                                   "tests/bench/guide/languages.tsv", "tests/bench/guide/strangers.tsv"};
constexpr auto a_day = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);

const config::LoadedGuide& real_guide()
{
    static const auto loaded = [] {
        const auto ids = config::load_hotlines("config", a_day).ids();
        return config::load_guide("config", a_day, &ids);
    }();
    return loaded;
}

bool finds(const char* question, std::string_view id)
{
    static const bot::GuideIndex index(real_guide().guide);
    const auto hits = index.search(question, 3);
    return std::ranges::any_of(hits, [&](const auto& hit) { return hit.programme->id == id; });
}

bench::GuideScore score_of(const char* path)
{
    const bot::GuideIndex index(real_guide().guide);
    bench::GuideScore score;
    for (const auto& question : bench::read_questions(path)) bench::count(score, question, index.search(question.text));
    return score;
}

}  // namespace

TEST_CASE("guide: the shipped catalogue has no problem")
{
    for (const auto& problem : real_guide().problems) CHECK_MESSAGE(false, problem.file, ":", problem.line, ": ", problem.what);
    CHECK(real_guide().guide.programmes.size() >= 41);
}

TEST_CASE("guide: the same need is found however it is written")
{
    for (const auto* question : {"家賃が払えない", "やちんがはらえない", "ヤチンガハラエナイ", "家賃（やちん）が 払（はら）えません", "アパート代が払えないです",
                                 "家 賃 が 払 え な い", "I can't pay my rent"})
        CHECK_MESSAGE(finds(question, "jukyo"), question);
}

TEST_CASE("guide: kana, full-width and half-width forms are one")
{
    CHECK(finds("ｼﾞﾄﾞｳﾌﾖｳﾃｱﾃ", "jido-fuyo-teate"));
    CHECK(finds("ＪＲの定期", "jr"));
}

TEST_CASE("guide: what has nothing to do with any programme finds nothing, and nothing breaks")
{
    const bot::GuideIndex index(real_guide().guide);
    CHECK(index.search("").empty());
    CHECK(index.search("   \n").empty());
    CHECK(index.search("\xFF\xFE").empty());
    CHECK(index.search(std::string(100'000, 'x')).empty());
    const bot::GuideBook empty;
    CHECK(bot::GuideIndex(empty).search("家賃").empty());
}

TEST_CASE("guide: nine of ten questions find their programme among three")
{
    for (const auto* path : question_sets) {
        const auto score = score_of(path);
        CHECK(score.asked >= 100);
        CHECK_MESSAGE(score.first_three * 100 >= score.asked * 95, path);
        CHECK_MESSAGE(score.first * 100 >= score.asked * 80, path);
    }
}

TEST_CASE("guide: every question expects programmes that are there")
{
    for (const auto* path : question_sets)
        for (const auto& question : bench::read_questions(path))
            for (const auto& id : question.accepted) CHECK_MESSAGE(real_guide().guide.find(id), id);
}

TEST_CASE("guide: a review that is overdue is a warning, not a refusal")
{
    const auto later = config::load_guide("config", std::chrono::sys_days(std::chrono::year(2030) / 1 / 1));
    CHECK(later.ok());
    CHECK(later.problems.size() == later.guide.programmes.size());
}

TEST_CASE("guide: the command prints ids best first and needs nothing but the guide")
{
    std::ostringstream plain;
    CHECK(ops::guide("config", "家賃が払えない", false, plain) == 0);
    CHECK(plain.str().starts_with("jukyo\t"));
    std::ostringstream json;
    CHECK(ops::guide("config", "家賃が払えない", true, json) == 0);
    CHECK(json.str().starts_with("[{\"id\":\"jukyo\""));
    std::ostringstream broken;
    CHECK(ops::guide("no-such-folder", "家賃", false, broken) == 1);
}
