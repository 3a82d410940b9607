#include "bot/safety/hearing.h"
#include "server/config/config.h"
#include "server/desk/playbooks.h"
#include "tests/support/memory_store.h"
#include "tests/support/run.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("words of safety that came while she was in the middle of a flow are understood when she types them")
{
    const DeskId demo{"demo"};
    auto config = config::load("tests/unit/config/minimal", config::Purpose::check);
    bot::Conversation she;
    she.desk = demo;
    she.position.playbook = config.playbooks.at(demo)->version;
    she.position.flow = FlowId{"first"};
    she.position.node = NodeId{"waits"};
    she.risk_level = bot::emergency_level;
    she.risk.screen = bot::ScreenSafety::asked;

    MemoryStore store;
    net::io_context context;
    run_on(context, desk::Playbooks(store, config).keep_current());

    // The server starts again with the desk's new words.
    auto today = *config.playbooks.at(demo);
    today.version = PlaybookVersion{"00000000000000000000000000000000"};
    today.messages["safety.screen.safe"] = {{"ja", "いまは一人です"}};
    bot::prepare(today);
    config.playbooks.insert_or_assign(demo, std::make_shared<const bot::Playbook>(today));
    desk::Playbooks playbooks(store, config);

    const auto hers = run_on(context, playbooks.for_conversation(she));
    REQUIRE(hers->version == she.position.playbook);
    bot::Inbound inbound;
    inbound.content = bot::TextReceived{"いまは一人です", {}};
    CHECK(bot::hear(she, inbound, *hers).tap == bot::SafetyTap::screen_safe);
}
