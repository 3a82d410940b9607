#include "server/webchat/secrets.h"
#include "tests/support/fixed_clock.h"

#include <doctest/doctest.h>

#include <set>

using namespace tsunagi;
using namespace tsunagi::webchat;

TEST_CASE("code: read as she meant it, however she typed it")
{
    CHECK(plain_code("7K3M-9QXT-W2HB") == "7K3M9QXTW2HB");
    CHECK(plain_code(" 7k3m 9qxt w2hb ") == "7K3M9QXTW2HB");
    CHECK(plain_code("７Ｋ３Ｍー９ｑｘｔ　Ｗ２ＨＢ") == "7K3M9QXTW2HB");
    CHECK(plain_code("OIL0-1111-0000") == "011011110000");
}

TEST_CASE("code: what cannot be one is none")
{
    CHECK(plain_code("").empty());
    CHECK(plain_code("7K3M-9QXT-W2H").empty());
    CHECK(plain_code("7K3M-9QXT-W2HB1").empty());
    CHECK(plain_code("7K3M-9QXT-W2HU").empty());  // U is no letter of ours
    CHECK(plain_code("あいうえおかきくけこさし").empty());
    CHECK(plain_code(std::string(100'000, 'A')).empty());
    CHECK(plain_code("7K3M\xFF" "9QXTW2HB").empty());
}

TEST_CASE("secrets: none comes twice, and the store's key does not show it")
{
    testing::SeededRandom random(1);
    const Secrets secrets(std::string(64, 'a'), random);
    std::set<std::string> all;
    for (int i = 0; i < 200; ++i) {
        const auto code = secrets.new_code();
        CHECK(plain_code(code).size() == code_letters);
        CHECK(all.insert(code).second);
        CHECK(all.insert(secrets.new_token()).second);
        CHECK(all.insert(secrets.new_user()).second);
        CHECK(all.insert(secrets.new_door()).second);
    }
    CHECK(secrets.new_token().size() == 64);
    CHECK(secrets.new_user().size() == 32);
    CHECK(secrets.visit_key("abc").find("abc") == std::string::npos);
}

TEST_CASE("secrets: a code of one desk is nothing at another, and kinds never meet")
{
    testing::SeededRandom random(1);
    const Secrets secrets(std::string(64, 'a'), random);
    CHECK(secrets.code_key("mirai", "7K3M9QXTW2HB") != secrets.code_key("hoshi", "7K3M9QXTW2HB"));
    CHECK(secrets.visit_key("x") != secrets.door_key("x"));
    CHECK(secrets.guest_key("a", "b") != secrets.bell_key("a", "b"));
    const Secrets others(std::string(64, 'b'), random);
    CHECK(secrets.visit_key("x") != others.visit_key("x"));
}
