// Staff accounts after their first day: ended, changed, and with a second factor.
#include "server/api/totp.h"
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;
using api::AccountRefusal;

namespace {

const std::string secret = "12345678901234567890";  // RFC 6238, appendix B

Result<Done, AccountRefusal> change(Console& console, const std::string& login, api::AccountChange wanted, const DeskId& desk = mirai)
{
    return run_on(console.context, api::change_account(console.store, console.clock, desk, login, std::move(wanted)));
}

store::StaffAccount kept(Console& console, const CounselorId& id)
{
    return store::decode<store::StaffAccount>(console.store.read(store::Space::staff, store::staff_key(mirai, id)).value().bytes).value();
}

}  // namespace

TEST_CASE("accounts: who has left signs in no more, and what was open is closed")
{
    Console console;
    const auto id = console.hire("yamada");
    console.hire("sato");
    const auto open_tab = console.sign_in("yamada");
    const auto colleague = console.sign_in("sato");
    REQUIRE(change(console, "yamada", api::Disable{}).ok());
    CHECK(console.get("/api/v1/me", open_tab).code() == "not_signed_in");
    CHECK(console.try_sign_in("yamada", good_password).code() == "login_failed");
    CHECK_FALSE(kept(console, id).on_duty);
    CHECK(console.get("/api/v1/me", colleague).status == 200);
    CHECK(console.audited("account.disabled").size() == 1);

    REQUIRE(change(console, "yamada", api::Enable{}).ok());
    CHECK(console.try_sign_in("yamada", good_password).status == 200);
}

TEST_CASE("accounts: a session that outlived the end of its account opens nothing")
{
    Console console;
    const auto id = console.hire("yamada");
    const auto open_tab = console.sign_in("yamada");
    auto account = kept(console, id);
    account.disabled = true;
    store::Batch batch;
    batch.writes.push_back({store::Space::staff, store::staff_key(mirai, id), store::encode(account)});
    REQUIRE(console.store.apply(batch).ok());
    CHECK(console.get("/api/v1/me", open_tab).code() == "not_signed_in");
}

TEST_CASE("accounts: nobody is handed over to who has left")
{
    Console console;
    console.hire("yamada");
    console.hire("sato");
    REQUIRE(change(console, "sato", api::Disable{}).ok());
    desk::DeskService again(console.store, console.config, console.clock, console.random);
    run_on(console.context, again.start());
    const auto staff = again.index().staff(mirai);
    REQUIRE(staff.size() == 1);
    CHECK(staff.front().name == "yamada");
}

TEST_CASE("accounts: a new password ends the sessions of the old one")
{
    Console console;
    console.hire("yamada");
    const auto open_tab = console.sign_in("yamada");
    CHECK(change(console, "yamada", api::NewPassword{"short"}).error() == AccountRefusal::password_too_short);
    CHECK(console.get("/api/v1/me", open_tab).status == 200);
    REQUIRE(change(console, "yamada", api::NewPassword{"another long password"}).ok());
    CHECK(console.get("/api/v1/me", open_tab).code() == "not_signed_in");
    CHECK(console.try_sign_in("yamada", good_password).status == 401);
    CHECK(console.try_sign_in("yamada", "another long password").status == 200);
}

TEST_CASE("accounts: a role that holds no conversations is not on duty")
{
    Console console;
    const auto id = console.hire("yamada");
    REQUIRE(change(console, "yamada", api::NewRole{handoff::Role::auditor}).ok());
    CHECK(kept(console, id).role == handoff::Role::auditor);
    CHECK_FALSE(kept(console, id).on_duty);
    CHECK(console.audited("account.role_changed").front().values.at("role") == "auditor");
}

TEST_CASE("accounts: what somebody can do is kept as the flows name it, and colleagues see it")
{
    Console console;
    const auto id = console.hire("yamada");
    REQUIRE(change(console, "yamada", api::NewSkills{{"dv", "年金"}}).ok());
    CHECK(kept(console, id).skills == std::vector<std::string>{"dv", "年金"});
    CHECK(console.audited("account.skills_changed").size() == 1);
    REQUIRE(change(console, "yamada", api::NewSkills{}).ok());
    CHECK(kept(console, id).skills.empty());
    for (const auto& malformed : {std::vector<std::string>{""}, {std::string(65, 'a')}, {"\xFF"}, std::vector<std::string>(21, "dv")})
        CHECK(change(console, "yamada", api::NewSkills{malformed}).error() == AccountRefusal::skill_malformed);
}

TEST_CASE("accounts: a login of another desk is not known here")
{
    Console console;
    console.hire("mori", handoff::Role::counselor, nozomi);
    CHECK(change(console, "mori", api::Disable{}).error() == AccountRefusal::no_such_login);
    CHECK(console.try_sign_in("mori", good_password, {}, nozomi).status == 200);
}

TEST_CASE("second factor: asked for only after the right password; a code opens one session")
{
    Console console;
    console.hire("yamada");
    REQUIRE(change(console, "yamada", api::SecondFactor{secret}).ok());
    const auto code = api::totp_code(secret, console.clock.now());
    CHECK(console.try_sign_in("yamada", "wrong password", {}, mirai, code).code() == "login_failed");
    CHECK(console.try_sign_in("yamada", good_password).code() == "otp_required");
    CHECK(console.try_sign_in("yamada", good_password, {}, mirai, "000000").code() == "otp_wrong");
    CHECK(console.try_sign_in("yamada", good_password, {}, mirai, code).status == 200);
    CHECK(console.try_sign_in("yamada", good_password, {}, mirai, code).code() == "otp_wrong");
    console.clock.advance(30s);
    CHECK(console.try_sign_in("yamada", good_password, {}, mirai, code).code() == "otp_wrong");
    CHECK(console.try_sign_in("yamada", good_password, {}, mirai, api::totp_code(secret, console.clock.now())).status == 200);
}

TEST_CASE("second factor: one code at two browsers in one instant opens one of them")
{
    Console console;
    console.hire("yamada");
    REQUIRE(change(console, "yamada", api::SecondFactor{secret}).ok());
    const auto code = api::totp_code(secret, console.clock.now());
    std::vector<unsigned> statuses;
    for (int i = 0; i < 2; ++i) {
        auto answered = [&statuses](std::exception_ptr failure, http::Response response) {
            statuses.push_back(failure ? 0 : response.status);
        };
        net::co_spawn(console.context, console.begin(console.sign_in_request("yamada", good_password, {}, mirai, code)), std::move(answered));
    }
    console.context.restart();
    console.context.run();
    CHECK(std::count(statuses.begin(), statuses.end(), 200U) == 1);
    CHECK(std::count(statuses.begin(), statuses.end(), 401U) == 1);
}

TEST_CASE("second factor: off again, the password alone is enough")
{
    Console console;
    console.hire("yamada");
    REQUIRE(change(console, "yamada", api::SecondFactor{secret}).ok());
    REQUIRE(change(console, "yamada", api::SecondFactor{}).ok());
    CHECK(console.try_sign_in("yamada", good_password).status == 200);
}

TEST_CASE("second factor: the codes of RFC 6238, a step to either side, and what authenticator apps are given")
{
    CHECK(api::totp_code(secret, from_unix_ms(59'000)) == "287082");
    CHECK(api::totp_code(secret, from_unix_ms(1'111'111'109'000)) == "081804");
    const auto now = from_unix_ms(1'111'111'109'000);
    const std::uint64_t step = 1'111'111'109 / 30;
    CHECK(api::totp_step(secret, "081804", 0, now) == step);
    CHECK(api::totp_step(secret, "081804", 0, now + 30s) == step);
    CHECK_FALSE(api::totp_step(secret, "081804", 0, now + 60s));
    CHECK_FALSE(api::totp_step(secret, "081804", step, now));
    CHECK_FALSE(api::totp_step(secret, "08180", 0, now));
    CHECK_FALSE(api::totp_step("", "081804", 0, now));
    CHECK(api::totp_uri(secret, "yamada", "mirai") ==
          "otpauth://totp/Tsunagi:yamada%40mirai?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tsunagi");
    CHECK(api::new_totp_secret().size() == 20);
    CHECK(api::new_totp_secret() != api::new_totp_secret());
}
