#include "bot/guide/suggest.h"
#include "server/config/guide_config.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tsunagi;

namespace {

const bot::GuideBook& book()
{
    static const auto loaded = config::load_guide("config", std::chrono::sys_days(std::chrono::year(2026) / 11 / 21));
    return loaded.guide;
}

std::size_t place_of(const std::vector<bot::GuideHit>& hits, std::string_view id)
{
    const auto found = std::ranges::find_if(hits, [&](const auto& hit) { return hit.programme->id == id; });
    return static_cast<std::size_t>(found - hits.begin());
}

}  // namespace

TEST_CASE("suggest: in August the yearly report comes first for who gets the allowance")
{
    bot::Situation situation{.topics = {"money"}, .audience = {"single_parent"}, .events = {"genkyo"}, .month = 8};
    CHECK(suggest(book(), situation).front().programme->id == "jido-fuyo-teate");
}

TEST_CASE("suggest: before a child's eighteenth birthday what ends then is told")
{
    bot::Situation situation{.topics = {"money"}, .children_ages = {17}};
    CHECK(place_of(suggest(book(), situation), "jido-fuyo-teate") < 3);
}

TEST_CASE("suggest: no nursery for a teenager, no university for a baby")
{
    bot::Situation situation{.topics = {"child", "school", "money"}, .children_ages = {15}};
    CHECK(place_of(suggest(book(), situation, 50), "hoiku") == suggest(book(), situation, 50).size());
    situation.children_ages = {1};
    CHECK(place_of(suggest(book(), situation, 50), "koto-kyoiku") == suggest(book(), situation, 50).size());
}

TEST_CASE("suggest: of equals, what must be asked for before starting comes first")
{
    bot::GuideBook two;
    two.programmes.resize(2);
    two.programmes[0].id = "a-any-time";
    two.programmes[1].id = "b-before";
    two.programmes[1].apply_before = true;
    for (auto& programme : two.programmes) programme.topics = {"work"};
    CHECK(suggest(two, {.topics = {"work"}}).front().programme->id == "b-before");
}

TEST_CASE("suggest: a bereaved person is not told about an ex husband's calendar; knowing nothing suggests nothing")
{
    const auto hits = suggest(book(), {.audience = {"bereaved"}, .events = {"bereavement"}});
    CHECK(place_of(hits, "izoku") < 2);
    CHECK(suggest(book(), {}).empty());
    // As the flow knows her: 「離婚・別居・ひとり親」, then 「死別した」, and that she lives alone with her children.
    const bot::Situation widow{.topics = {"divorce", "law"}, .audience = {"bereaved", "single_parent"},
                               .events = {"divorce", "bereavement"}, .listed = {"youikuhi"}};
    for (const auto* of_the_other_parent : {"youikuhi", "oyako"})
        CHECK(place_of(suggest(book(), widow, 50), of_the_other_parent) == suggest(book(), widow, 50).size());
}

TEST_CASE("suggest: who hides from him is offered no meetings with him")
{
    const bot::Situation hiding{.topics = {"divorce", "law", "child"}, .audience = {"dv_escape", "pre_divorce", "single_parent"},
                                .events = {"divorce", "escape"}};
    CHECK(place_of(suggest(book(), hiding, 50), "oyako") == suggest(book(), hiding, 50).size());
    CHECK(place_of(suggest(book(), hiding, 50), "youikuhi") < suggest(book(), hiding, 50).size());
}

TEST_CASE("suggest: her words decide; what is known about her only reorders neighbours")
{
    const bot::GuideIndex index(book());
    const auto hits = answer(index, "家賃が払えない", {.topics = {"school"}, .children_ages = {7}, .month = 4});
    CHECK(hits.size() == 3);
    CHECK(hits.front().programme->id == "jukyo");
}
