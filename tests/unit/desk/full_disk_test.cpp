// A full disk refuses a write, and the write is found once there is room: what it caused must not wait for a restart.
#include "server/desk/timers.h"
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

struct FullDisk : DeskFixture {
    std::vector<store::Batch> refused;

    void fill()
    {
        store.before_commit = [this](const store::Batch& batch) {
            store.trouble_text = "no space left on the device";
            refused.push_back(batch);
            return store::CommitFailure::full;
        };
    }
    /// The files are opened again; the first that was refused had reached the disk, or not.
    void open_again(bool came_back)
    {
        store.before_commit = nullptr;
        store.trouble_text.clear();
        if (came_back) REQUIRE(store.apply(refused.front()).ok());
    }
};

}  // namespace

TEST_CASE("full disk: an event that came back is answered when LINE delivers it again, once")
{
    FullDisk desk;
    desk.fill();
    CHECK(desk.say("U1", "e1", "こんにちは") == desk::Received::refused);
    CHECK(desk.say("U1", "e1", "こんにちは") == desk::Received::refused);
    CHECK(desk.outbox.empty());
    desk.open_again(true);
    CHECK(desk.say("U1", "e1", "こんにちは") == desk::Received::repeated);
    CHECK(desk.outbox.size() == 1);
    CHECK(desk.say("U1", "e1", "こんにちは") == desk::Received::repeated);
    run_on(desk.context, desk.desks.make_doubtful_known());
    CHECK(desk.outbox.size() == 1);
}

TEST_CASE("full disk: an event that did not come back is taken when LINE delivers it again, and answered once")
{
    FullDisk desk;
    desk.fill();
    CHECK(desk.say("U1", "e1", "こんにちは") == desk::Received::refused);
    desk.open_again(false);
    CHECK(desk.say("U1", "e1", "こんにちは") == desk::Received::committed);
    run_on(desk.context, desk.desks.make_doubtful_known());
    CHECK(desk.outbox.size() == 1);
    CHECK(desk.store.rows(store::Space::outbox).size() == 1);
}

TEST_CASE("full disk: nobody delivers it again, and the next look of the timers makes it known: she waits in the line")
{
    FullDisk desk;
    desk.say("U1", "e1", "こんにちは");
    desk.outbox.clear();
    desk.fill();
    CHECK(desk.say("U1", "e2", "人と話したい") == desk::Received::refused);
    desk::Timers timers{desk.desks, desk.clock};
    run_on(desk.context, desk.desks.make_doubtful_known());
    CHECK(desk.outbox.empty());  // still full: nobody knows yet
    desk.open_again(true);
    net::co_spawn(desk.context, timers.run(), [](std::exception_ptr) {});
    desk.context.restart();
    for (int step = 0; step < 1'000 && desk.outbox.empty(); ++step) desk.context.run_one();
    CHECK(desk.outbox.size() == 1);
    CHECK(desk.desks.index().waiting(mirai) == 1);
}

TEST_CASE("full disk: a counselor's words that came back go out when she presses again, and the desk knows who holds")
{
    FullDisk desk;
    const auto sato = desk.hire("佐藤");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    desk.outbox.clear();
    const auto id = desk.only_conversation().id;
    desk.fill();
    const std::string key = "01K0000000000000000000000A";
    CHECK_FALSE(desk.command(id, sato, desk::Claim{}, key).ok());
    desk.open_again(true);
    CHECK(desk.desks.index().counselor(mirai, sato)->holding == 0);
    CHECK(desk.command(id, sato, desk::Claim{}, key).ok());
    CHECK(desk.desks.index().counselor(mirai, sato)->holding == 1);
    CHECK(desk.desks.index().waiting(mirai) == 0);
    CHECK(desk.outbox.size() == 1);
}

TEST_CASE("full disk: a picture that came back is fetched")
{
    FullDisk desk;
    std::vector<store::MediaWork> works;
    desk.desks.on_media([&works](store::MediaWork work) { works.push_back(std::move(work)); });
    desk.say("U1", "e1", "こんにちは");
    auto inbound = desk.text("U1", "e2", "");
    inbound.content = bot::MediaReceived{};
    desk.fill();
    CHECK(run_on(desk.context, desk.desks.receive(inbound)) == desk::Received::refused);
    desk.open_again(true);
    CHECK(run_on(desk.context, desk.desks.receive(inbound)) == desk::Received::repeated);
    CHECK(works.size() == 1);
}

TEST_CASE("full disk: what cannot be read just now is made known later, and nothing of it twice")
{
    FullDisk desk;
    desk.fill();
    CHECK(desk.say("U1", "e1", "こんにちは") == desk::Received::refused);
    desk.open_again(true);
    desk.store.before_read = [](store::Space) { throw std::runtime_error("reading failed"); };
    CHECK_THROWS(run_on(desk.context, desk.desks.make_doubtful_known()));
    desk.store.before_read = [](store::Space space) {
        if (space == store::Space::conversation) throw std::runtime_error("reading failed");
    };
    CHECK_THROWS(run_on(desk.context, desk.desks.make_doubtful_known()));
    desk.store.before_read = nullptr;
    run_on(desk.context, desk.desks.make_doubtful_known());
    CHECK(desk.outbox.size() == 1);
}
