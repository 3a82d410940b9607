#include "server/webchat/visits.h"
#include "tests/unit/desk/desk_fixture.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace tsunagi::webchat;
using Outcome = Visits::Entry::Outcome;

namespace {

struct Page : DeskFixture {
    Secrets secrets{std::string(64, 'a'), random};
    Visits visits{desks, secrets};

    std::string open() { return run_on(context, visits.open(mirai)).value(); }
    std::optional<Visit> find(const std::string& token) { return run_on(context, visits.find(mirai, token)); }
    std::string code(const std::string& token) { return run_on(context, visits.new_code(find(token).value())).value(); }
    Visits::Entry by_code(const std::string& typed) { return run_on(context, visits.open_by_code(mirai, typed)); }
};

}  // namespace

TEST_CASE("visit: found by its token alone, gone when closed")
{
    Page page;
    const auto token = page.open();
    CHECK(page.find(token).has_value());
    CHECK_FALSE(page.find(token.substr(1)).has_value());
    CHECK_FALSE(page.find("").has_value());
    CHECK_FALSE(run_on(page.context, page.visits.find(DeskId{"hoshi"}, token)).has_value());
    CHECK(run_on(page.context, page.visits.close(token)));
    CHECK_FALSE(page.find(token).has_value());
    for (const auto& [key, value] : page.store.rows(store::Space::session)) CHECK(value.bytes.find(token) == std::string::npos);
}

TEST_CASE("visit: over after half a day without a sign of life, and after two days whatever happens")
{
    Page page;
    const auto token = page.open();
    for (int hours = 0; hours < 44; hours += 11) {
        page.clock.advance(std::chrono::hours(11));
        CHECK(page.find(token).has_value());
    }
    page.clock.advance(std::chrono::hours(5));
    CHECK_FALSE(page.find(token).has_value());

    const auto silent = page.open();
    page.clock.advance(std::chrono::hours(13));
    CHECK_FALSE(page.find(silent).has_value());
}

TEST_CASE("code: leads back to the same person, again and again; the newest alone counts")
{
    Page page;
    const auto token = page.open();
    const auto user = page.find(token)->user;
    const auto old = page.code(token);
    const auto code = page.code(token);
    CHECK(page.by_code(old).outcome == Outcome::unknown);
    for (int times = 0; times < 2; ++times) {
        const auto back = page.by_code(code);
        REQUIRE(back.outcome == Outcome::opened);
        CHECK(page.find(back.token)->user == user);
    }
    CHECK(page.by_code("AAAA-AAAA-AAAA").outcome == Outcome::unknown);
    CHECK(run_on(page.context, page.visits.open_by_code(DeskId{"hoshi"}, code)).outcome == Outcome::unknown);
    for (const auto& [key, value] : page.store.rows(store::Space::session)) {
        CHECK(value.bytes.find(plain_code(code)) == std::string::npos);
        CHECK(key.find(plain_code(code)) == std::string::npos);
    }
}

TEST_CASE("sweep: what is over goes, what is in use stays")
{
    Page page;
    const auto left = page.open();
    const auto code = page.code(left);
    page.clock.advance(std::chrono::hours(24));
    const auto fresh = page.open();
    run_on(page.context, page.visits.sweep());
    CHECK(page.find(fresh).has_value());
    CHECK(page.by_code(code).outcome == Outcome::opened);
    CHECK(page.store.rows(store::Space::session).size() == 4);  // the fresh visit, the returned one, the code, its owner
    page.clock.advance(code_idle_max + std::chrono::hours(1));
    run_on(page.context, page.visits.sweep());
    CHECK(page.store.rows(store::Space::session).empty());
}
