// Who read what: noted once for each session, by whichever way the words were shown.
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("audit: reading is noted once for each session and conversation, whichever way comes first")
{
    Console console;
    console.hire("yamada");
    const auto conversation = console.say("U1", "こんにちは");
    const auto path = "/api/v1/conversations/" + conversation.id.text;
    const auto first = console.sign_in("yamada");
    CHECK(console.get(path + "/messages", first).status == 200);
    CHECK(console.audited("conversation.read").size() == 1);
    CHECK(console.audited("conversation.read").front().subject == conversation.id.text);
    CHECK(console.get(path, first).status == 200);
    CHECK(console.get(path + "/messages", first).status == 200);
    CHECK(console.audited("conversation.read").size() == 1);

    const auto second = console.sign_in("yamada");
    CHECK(console.get(path, second).status == 200);
    CHECK(console.audited("conversation.read").size() == 2);
}

TEST_CASE("audit: a picture alone is reading, too")
{
    Console console;
    console.hire("yamada");
    const auto conversation = console.say("U1", "こんにちは");
    store::Batch batch;
    batch.writes.push_back({store::Space::media, store::media_key(mirai, conversation.id, 1),
                            store::encode(store::MediaBlob{"image/png", "a.png", "bytes"}, {mirai.text, conversation.person.text})});
    CHECK(console.store.apply(batch).ok());
    const auto browser = console.sign_in("yamada");
    CHECK(console.get("/api/v1/media/" + conversation.id.text + "/1", browser).status == 200);
    CHECK(console.audited("conversation.read").size() == 1);
}

TEST_CASE("audit: what was not shown is not noted, and does not use up the note of what is shown later")
{
    Console console;
    console.hire("yamada");
    const auto browser = console.sign_in("yamada");
    const auto conversation = console.say("U1", "こんにちは");
    const auto path = "/api/v1/conversations/" + conversation.id.text;
    CHECK(console.get("/api/v1/conversations/01JD000000000000000000NONE", browser).status == 404);
    CHECK(console.get("/api/v1/media/" + conversation.id.text + "/1", browser).status == 404);
    CHECK(console.audited("conversation.read").empty());
    CHECK(console.get(path, browser).status == 200);
    CHECK(console.audited("conversation.read").size() == 1);
}

TEST_CASE("audit: a note that could not be kept is made at the next reading")
{
    Console console;
    console.hire("yamada");
    const auto browser = console.sign_in("yamada");
    const auto conversation = console.say("U1", "こんにちは");
    const auto path = "/api/v1/conversations/" + conversation.id.text;
    console.store.before_commit = [](const store::Batch&) { return store::CommitFailure::full; };
    CHECK(console.get(path, browser).status == 200);
    console.store.before_commit = {};
    CHECK(console.audited("conversation.read").empty());
    CHECK(console.get(path, browser).status == 200);
    CHECK(console.audited("conversation.read").size() == 1);
}

TEST_CASE("audit: lists with people's words and the dismissed marks are noted as well")
{
    Console console;
    console.hire("suzuki", handoff::Role::supervisor);
    const auto browser = console.sign_in("suzuki");
    for (int i = 0; i < 2; ++i) {
        CHECK(console.get("/api/v1/conversations?holder=bot", browser).status == 200);
        CHECK(console.get("/api/v1/conversations?holder=queue", browser).status == 200);
        CHECK(console.get("/api/v1/risk/dismissed", browser).status == 200);
    }
    CHECK(console.audited("list.read").size() == 2);
    CHECK(console.audited("risk.dismissed_read").size() == 1);
}

TEST_CASE("audit: the auditor and the desk's manager read it page by page; nobody else does, and of no other desk")
{
    Console console;
    console.hire("yamada");
    console.hire("suzuki", handoff::Role::supervisor);
    console.hire("kansa", handoff::Role::auditor);
    console.hire("tanaka", handoff::Role::desk_manager);
    console.hire("mori", handoff::Role::auditor, nozomi);
    const auto conversation = console.say("U1", "ひみつの言葉");
    const auto counselor = console.sign_in("yamada");
    CHECK(console.get("/api/v1/conversations/" + conversation.id.text, counselor).status == 200);
    CHECK(console.get("/api/v1/audit", counselor).status == 403);
    CHECK(console.get("/api/v1/audit", console.sign_in("suzuki")).status == 403);
    CHECK(console.get("/api/v1/audit", console.sign_in("tanaka")).status == 200);
    CHECK(console.get("/api/v1/audit", console.sign_in("mori", nozomi)).body.find("yamada") == std::string::npos);

    const auto auditor = console.sign_in("kansa");
    const auto all = console.get("/api/v1/audit", auditor);
    CHECK(all.body.find("ひみつ") == std::string::npos);
    const auto acts = all.value()["items"];
    const auto reading = std::find_if(acts.begin(), acts.end(), [](const json& act) { return act["action"] == "conversation.read"; });
    REQUIRE(reading != acts.end());
    CHECK((*reading)["who"]["name"] == "yamada");
    CHECK((*reading)["subject"] == conversation.id.text);

    std::vector<std::string> paged;
    std::string cursor;
    do {
        const auto page = console.get("/api/v1/audit?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor), auditor).value();
        for (const auto& act : page["items"]) paged.push_back(act["action"]);
        cursor = page["next"].is_null() ? "" : page["next"].get<std::string>();
    } while (!cursor.empty());
    std::vector<std::string> at_once;
    const auto whole = console.get("/api/v1/audit", auditor).value();
    for (const auto& act : whole["items"]) at_once.push_back(act["action"]);
    CHECK(paged == at_once);
    CHECK(paged.size() == 7);
    CHECK(console.get("/api/v1/audit?limit=201", auditor).status == 400);
    CHECK(console.get("/api/v1/audit?cursor=6d6f7269", auditor).code() == "cursor_wrong");
}
