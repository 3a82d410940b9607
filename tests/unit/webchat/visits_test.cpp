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

TEST_CASE("code: forgotten after half a year without use, though nobody swept; each use begins it anew; a new one ends it after a return, too")
{
    Page page;
    const auto code = page.code(page.open());
    std::string back;
    for (int times = 0; times < 3; ++times) {
        page.clock.advance(code_idle_max - std::chrono::hours(24));
        const auto entered = page.by_code(code);
        REQUIRE(entered.outcome == Outcome::opened);
        back = entered.token;
    }
    const auto newer = page.code(back);
    CHECK(page.by_code(code).outcome == Outcome::unknown);
    page.clock.advance(code_idle_max + std::chrono::hours(1));
    CHECK(page.by_code(newer).outcome == Outcome::unknown);
}

TEST_CASE("visit: closed in the very instant in which it is seen to live, it stays closed")
{
    Page page;
    const auto token = page.open();
    page.clock.advance(std::chrono::hours(1));
    bool raced = false;
    page.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (std::exchange(raced, true)) return std::nullopt;
        const auto& rows = page.store.rows(store::Space::session);
        REQUIRE(rows.size() == 1);
        page.store.put_back(store::Space::session, std::string(rows.begin()->first), std::nullopt);
        return std::nullopt;
    };
    page.find(token);
    CHECK(raced);
    CHECK(page.store.rows(store::Space::session).empty());
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
