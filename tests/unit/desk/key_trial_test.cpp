// A master key is tried on the people who are kept, before a mark says that it is the right one.
#include "server/desk/key_trial.h"
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using desk::KeyTrial;

namespace {

KeyTrial tried_under(DeskFixture& desk, char letter)
{
    auto config = small_config();
    config.server.master_key = std::string(64, letter);
    desk::DeskService desks(desk.store, config, desk.clock, desk.random);
    return run_on(desk.context, desk::try_key(desk.store, desks, config));
}

}  // namespace

TEST_CASE("key trial: the right key finds who is kept, a wrong one nobody, and an empty store says nothing")
{
    DeskFixture desk;
    CHECK(tried_under(desk, 'a') == KeyTrial::nobody_kept);
    CHECK(tried_under(desk, 'b') == KeyTrial::nobody_kept);
    for (int i = 0; i < 20; ++i) desk.say("U" + std::to_string(i), "e" + std::to_string(i), "ひみつ");
    CHECK(tried_under(desk, 'a') == KeyTrial::opens);
    CHECK(tried_under(desk, 'b') == KeyTrial::wrong);
}

TEST_CASE("key trial: strangers of a start with a wrong key do not hide those whom the right one finds")
{
    DeskFixture desk;
    desk.say("U1", "e1", "ひみつ");
    auto config = small_config();
    config.server.master_key = std::string(64, 'b');
    desk::DeskService wrong(desk.store, config, desk.clock, desk.random);
    run_on(desk.context, wrong.start());
    desk.clock.advance(std::chrono::minutes(1));
    for (int i = 0; i < 20; ++i)
        REQUIRE(run_on(desk.context, wrong.receive(desk.text("U1" + std::to_string(i), "f" + std::to_string(i), "こんにちは"))) == desk::Received::committed);
    CHECK(tried_under(desk, 'a') == KeyTrial::opens);
}
