// A ring that LINE does not take at all: staff know it once, and the next answer may ring.
#include "tests/unit/webchat/late_ring.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

/// A month whose messages are used up.
struct UsedUpMonth : LateRing {
    int answers = 0;

    UsedUpMonth()
    {
        platform.answers = {SendOutcome::quota_used_up};
        send_and_look();
    }
    void answer()
    {
        CHECK(command(yamada, desk::SendText{"もうひとつ"}, "answer-" + std::to_string(++answers)));
        send_and_look();
    }
    void send_and_look()
    {
        send();
        look_at(clock.now());
    }
};

}  // namespace

TEST_CASE("lost ring: while the month's messages are used up staff are told once that she is not rung, not with every answer")
{
    UsedUpMonth desk;
    CHECK(desk.events("event.ring_lost") == 1);
    desk.answer();
    desk.answer();
    CHECK(desk.events("event.ring_lost") == 1);
    CHECK_FALSE(desk.is_rung());

    desk.platform.answers = {SendOutcome::accepted};  // a new month
    desk.answer();
    CHECK(desk.platform.texts.size() == 1);
    CHECK(desk.is_rung());
}

TEST_CASE("lost ring: once she came or wrote, what she does not hear of next is told anew")
{
    UsedUpMonth desk;
    run_on(desk.context, desk.doorway.she_reads(mirai, desk.conversation().id));
    desk.answer();
    CHECK(desk.events("event.ring_lost") == 2);

    desk.platform.answers = {SendOutcome::accepted};
    desk.knock("e2", bot::TextReceived{"まだですか", {}});
    desk.send();
    desk.platform.answers = {SendOutcome::quota_used_up};
    desk.answer();
    CHECK(desk.events("event.ring_lost") == 3);
}

TEST_CASE("lost ring: nobody is told of one whose answer she has read meanwhile")
{
    LateRing desk;
    desk.platform.answers = {SendOutcome::quota_used_up};
    desk.send();
    run_on(desk.context, desk.doorway.she_reads(mirai, desk.conversation().id));
    desk.look_at(desk.clock.now());
    CHECK(desk.events("event.ring_lost") == 0);
}
