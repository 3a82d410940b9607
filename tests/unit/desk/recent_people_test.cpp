#include "server/desk/keyed_hash.h"
#include "server/desk/recent_people.h"
#include "server/store/records.h"

#include <doctest/doctest.h>

#include <string>

using namespace tsunagi;
using desk::RecentPeople;

namespace {

std::string record_of(const std::string& id)
{
    bot::Conversation conversation;
    conversation.id = ConversationId{id};
    return store::encode(conversation);
}

}  // namespace

TEST_CASE("recent people: what is taken belongs to the taker until it is put back")
{
    RecentPeople recent(1u << 20);
    recent.put("hana", record_of("c1"), 7);
    const auto taken = recent.take("hana");
    REQUIRE(taken);
    CHECK(taken->conversation.id.text == "c1");
    CHECK(taken->version == 7);
    CHECK_FALSE(recent.take("hana"));
}

TEST_CASE("recent people: the newest word counts, and what is forgotten is gone")
{
    RecentPeople recent(1u << 20);
    recent.put("hana", record_of("c1"), 7);
    recent.put("hana", record_of("c1"), 8);
    CHECK(recent.take("hana")->version == 8);
    recent.put("hana", record_of("c1"), 9);
    recent.forget("hana");
    recent.forget("nobody");
    CHECK_FALSE(recent.take("hana"));
}

TEST_CASE("recent people: memory is bounded, and who was silent longest goes first")
{
    constexpr std::size_t bytes_max = 64u << 10;
    RecentPeople recent(bytes_max);
    constexpr int people = 1'000;
    for (int i = 0; i < people; ++i) recent.put("person " + std::to_string(i), record_of(std::to_string(i)), 1);
    CHECK_FALSE(recent.take("person 0"));
    CHECK(recent.take("person " + std::to_string(people - 1)));
    int kept = 0;
    for (int i = 0; i < people; ++i) kept += recent.take("person " + std::to_string(i)) ? 1 : 0;
    CHECK(kept > 0);
    CHECK(static_cast<std::size_t>(kept) * record_of("1").size() < bytes_max);
}

TEST_CASE("recent people: room that was freed is used again")
{
    RecentPeople recent(64u << 10);
    for (int round = 0; round < 1'000; ++round) {
        recent.put("hana", record_of("c1"), 1);
        recent.put("hana", record_of("c1"), 2);
        REQUIRE(recent.take("hana"));
    }
    recent.put("hana", record_of("c1"), 3);
    for (int i = 0; i < 20; ++i) recent.put("person " + std::to_string(i), record_of(std::to_string(i)), 1);
    CHECK(recent.take("hana"));
}

TEST_CASE("recent people: one with long words alone does not push the bound")
{
    RecentPeople recent(16u << 10);
    bot::Conversation talkative;
    talkative.answers.push_back({"story", std::string(32u << 10, 'x'), {}});
    recent.put("hana", store::encode(talkative), 1);
    CHECK_FALSE(recent.take("hana"));  // too large to be kept: read again from the store
}

TEST_CASE("keyed hash: RFC 4231's values, key after key and text after text")
{
    const auto hex = [](const auto& digest) {
        std::string text;
        for (const auto byte : digest) {
            text += "0123456789abcdef"[byte >> 4U];
            text += "0123456789abcdef"[byte & 15U];
        }
        return text;
    };
    const std::string first = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
    const std::string second = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const std::string sixth = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
    for (int round = 0; round < 3; ++round) {
        CHECK(hex(desk::keyed_hash(std::string(20, '\x0b'), "Hi There")) == first);
        CHECK(hex(desk::keyed_hash("Jefe", "what do ya want for nothing?")) == second);
        CHECK(hex(desk::keyed_hash(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) == sixth);
    }
    for (int key = 0; key < 200; ++key) desk::keyed_hash("key " + std::to_string(key), "text");  // more than a thread keeps
    CHECK(hex(desk::keyed_hash("Jefe", "what do ya want for nothing?")) == second);
}
