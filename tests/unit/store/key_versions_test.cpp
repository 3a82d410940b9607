#include "server/store/key_versions.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tsunagi::store;

TEST_CASE("group versions: a group knows its own writes, the next one knows none of them")
{
    std::vector<std::string> keys;
    for (int i = 0; i < 5'000; ++i) keys.push_back("key " + std::to_string(i));
    GroupVersions group;
    for (Version round = 1; round <= 3; ++round) {
        group.clear();
        CHECK_FALSE(group.find(Space::entry, keys.front()));
        for (std::size_t i = 0; i < keys.size(); ++i) group.set(Space::entry, keys[i], round * 10'000 + i);
        group.set(Space::entry, keys.front(), absent);  // deleted by a later batch of the same group
        CHECK(group.find(Space::entry, keys.front()) == absent);
        for (std::size_t i = 1; i < keys.size(); ++i) REQUIRE(group.find(Space::entry, keys[i]) == round * 10'000 + i);
        CHECK_FALSE(group.find(Space::event, keys[1]));  // the same key in another space
        CHECK_FALSE(group.find(Space::entry, "key"));
    }
}

TEST_CASE("newest versions: never another key's version, however many share a place")
{
    NewestVersions newest;
    constexpr Version people = 200'000;  // more than there are places
    for (Version i = 1; i <= people; ++i) newest.set(Space::conversation, "conversation " + std::to_string(i), i);
    Version known = 0;
    for (Version i = 1; i <= people; ++i) {
        const auto version = newest.find(Space::conversation, "conversation " + std::to_string(i));
        if (!version) continue;
        ++known;
        REQUIRE(*version == i);
    }
    CHECK(known > 1'000);
    CHECK(known < people);
    newest.set(Space::conversation, "conversation 1", 7);
    CHECK(newest.find(Space::conversation, "conversation 1") == Version{7});
    CHECK_FALSE(newest.find(Space::queue, "conversation 1"));
}

TEST_CASE("newest versions: of ten thousand people who go on writing hardly anybody loses her place to another")
{
    NewestVersions newest;
    constexpr Version people = 10'000;
    for (Version i = 1; i <= people; ++i) newest.set(Space::conversation, "conversation " + std::to_string(i), i);
    Version known = 0;
    for (Version i = 1; i <= people; ++i) known += newest.find(Space::conversation, "conversation " + std::to_string(i)) ? 1 : 0;
    CHECK(known > people / 100 * 98);
}
