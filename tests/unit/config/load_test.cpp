#include "bot/guide/support.h"
#include "tests/unit/config/folder.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace tsunagi;
using namespace tsunagi::config;

namespace {

const DeskId demo{"demo"};

const bot::Node& node(const Loaded& loaded, const std::string& flow, const std::string& name)
{
    return loaded.playbooks.at(demo)->flows.at(FlowId{flow}).nodes.at(NodeId{name});
}

} // namespace

TEST_CASE("load: the server's settings, paths counted from the config folder")
{
    ConfigFolder folder;
    folder.replace("tsunagi.yaml", "port: 18080}",
                   "port: 18080, tls: {certificate: tls/chain.pem, key: /etc/tls/key.pem}, proxies: [10.1.0.0/16, 2001:db8::1]}");
    const auto loaded = folder.load();
    CHECK(told(loaded.problems).find("tls/chain.pem cannot be read: No such file") != std::string::npos);
    CHECK(loaded.problems.size() == 1);
    CHECK(loaded.problems.front().line > 0);
    const auto& server = loaded.server;
    CHECK(server.listen.port == 18080);
    CHECK(server.listen.certificate_file == folder.shown("tls/chain.pem"));
    CHECK(server.listen.key_file == "/etc/tls/key.pem");
    CHECK(server.listen.proxies == std::vector<std::string>{"10.1.0.0/16", "2001:db8::1"});
    CHECK(server.admin.proxies == std::vector<std::string>{"127.0.0.0/8", "::1"});
    CHECK(server.admin.port == 18081);
    CHECK(server.data_dir == folder.shown("data"));
    CHECK(server.line_api_base == "https://api.line.me");
    CHECK(server.connections_max == 10'000);
    CHECK(server.master_key.size() == 64);
}

TEST_CASE("load: a proxy that is no address is told, and nobody is trusted by mistake")
{
    ConfigFolder folder;
    folder.replace("tsunagi.yaml", "port: 18080}", "port: 18080, proxies: [10.1.0.0/16, proxy.example.jp]}");
    const auto loaded = folder.load();
    CHECK(told(loaded.problems).find("this is no address and no network") != std::string::npos);
    CHECK_FALSE(loaded.ok());
}

TEST_CASE("load: the desk, its channel, its secrets without the file's line break")
{
    ConfigFolder folder;
    const auto loaded = folder.load();
    REQUIRE(loaded.desks.size() == 1);
    const auto& desk = loaded.desks[0];
    CHECK(desk.id == demo);
    CHECK(desk.languages == std::vector<std::string>{"ja", "en"});
    CHECK(desk.capacity_per_counselor == 2);
    CHECK(loaded.playbooks.at(demo)->entry.text == "first");
    CHECK(loaded.playbooks.at(demo)->again.text == "back");
    CHECK(desk.retention_chat_days == 30);
    REQUIRE(desk.line_channels.size() == 1);
    CHECK(desk.line_channels[0].secrets == std::vector<std::string>{"not-a-real-channel-secret"});
    CHECK(desk.line_channels[0].access_token == "not-a-real-token");
}

TEST_CASE("load: a channel may get its token by its secret")
{
    ConfigFolder folder;
    folder.replace("desks/demo/desk.yaml", "access_token: ${file:secrets/line-token}", "token: {kind: stateless, channel_id: \"1657000000\"}");
    const auto loaded = folder.load();
    REQUIRE(loaded.ok());
    const auto& channel = loaded.desks[0].line_channels[0];
    CHECK(channel.token.kind == LineTokenKind::stateless);
    CHECK(channel.token.channel_id == "1657000000");
    CHECK(channel.access_token.empty());
}

TEST_CASE("load: opening hours by weekday, in order, to the end of the day")
{
    ConfigFolder folder;
    folder.replace("desks/demo/desk.yaml", "[\"10:00-12:00\", \"13:00-17:00\"]", "[\"13:00-17:00\", \"10:00-12:00\"]");
    folder.replace("desks/demo/desk.yaml", "\"2026-12-29\": closed",
                   "\"2026-12-29\": closed, \"2027-01-04\": [\"13:00-17:00\"]");
    const auto loaded = folder.load();
    const auto& hours = loaded.desks.at(0).line_channels.at(0).hours;
    REQUIRE(hours.weekly[1].size() == 2);
    CHECK(hours.weekly[1][0].from_minute == 600);
    CHECK(hours.weekly[1][1].to_minute == 1020);
    REQUIRE(hours.weekly[2].size() == 1);
    CHECK(hours.weekly[2][0].to_minute == 1440);
    CHECK(hours.weekly[0].empty());
    CHECK(hours.closed_on_public_holidays);
    REQUIRE(hours.exceptions.size() == 2);
    CHECK(hours.exceptions[0].slots.empty());
    CHECK(hours.exceptions[1].slots.size() == 1);
}

TEST_CASE("load: every kind of node says what its file says")
{
    ConfigFolder folder;
    const auto loaded = folder.load();
    const auto& ask = std::get<bot::Ask>(node(loaded, "first", "topic").body);
    CHECK(ask.kind == bot::AskKind::choice);
    CHECK(ask.optional);
    CHECK_FALSE(ask.unknown);
    CHECK(ask.save == "topic");
    REQUIRE(ask.choices.size() == 2);
    CHECK(ask.choices[0].also == std::vector<std::string>{"手当"});
    CHECK(ask.choices[1].labels.at("en") == "Housing");
    CHECK(ask.choices[1].next.text == "age");
    CHECK(ask.next.text == "sort");

    const auto& age = std::get<bot::Ask>(node(loaded, "first", "age").body);
    CHECK(age.kind == bot::AskKind::age);
    CHECK(age.maximum == 18);

    const auto& branch = std::get<bot::Branch>(node(loaded, "first", "sort").body);
    REQUIRE(branch.arms.size() == 1);
    REQUIRE(branch.arms[0].when.size() == 2);
    CHECK(branch.arms[0].when[0].is == std::vector<std::string>{"home"});
    CHECK(branch.arms[0].when[1].given);
    CHECK(branch.otherwise.text == "more");

    const auto& score = std::get<bot::Score>(node(loaded, "first", "stage").body);
    CHECK(score.points.at(0).points == 2);
    CHECK(score.stages.at(1).stage == "2");
    CHECK(score.save == "stage");

    CHECK(std::get<bot::Say>(node(loaded, "first", "hello").body).texts.at("ja") == "こんにちは。");
    CHECK(std::get<bot::Set>(node(loaded, "first", "mark").body).values.at(0).value == "1");
    CHECK(std::holds_alternative<bot::Guide>(node(loaded, "first", "info").body));
    CHECK(std::get<bot::Go>(node(loaded, "first", "more").body).flow.text == "talk");
    CHECK(std::get<bot::Summary>(node(loaded, "first", "read_back").body).titles.at("topic").at("en") == "Topic");
    CHECK(std::get<bot::End>(node(loaded, "talk", "heard").body).texts.at("en") == "You said: {story}");
    const auto& human = std::get<bot::Handoff>(node(loaded, "first", "human").body);
    CHECK(human.reason == "wish");
    CHECK(human.priority == bot::Priority::soon);
    CHECK(node(loaded, "first", "hello").line == 5);
}

TEST_CASE("load: an alias is written out, so that one text serves two nodes")
{
    ConfigFolder folder;
    folder.write("desks/demo/flows/back.yaml", "flow: back\nstart: a\nnodes:\n  a:\n    say: &hello {ja: どうも, en: "
                                               "Hi}\n    next: b\n  b:\n    end: *hello\n");
    const auto loaded = folder.load();
    CHECK(told(loaded.problems) == "");
    CHECK(std::get<bot::End>(node(loaded, "back", "b").body).texts.at("en") == "Hi");
}

TEST_CASE("messages: a desk overrides one language of a message and keeps the other")
{
    ConfigFolder folder;
    folder.write("desks/demo/messages/own.yaml", "guide.none: {ja: 準備中です。}\n");
    const auto loaded = folder.load();
    CHECK(told(loaded.problems) == "");
    const auto& texts = loaded.playbooks.at(demo)->messages.at("guide.none");
    CHECK(texts.at("ja") == "準備中です。");
    CHECK(texts.at("en") == "Nothing found yet.");
}

TEST_CASE("placeholders: environment, default, file, and the signs themselves")
{
    ConfigFolder folder;
    setenv("TSUNAGI_TEST_CITY", "みらい市", 1);
    folder.write("place", "はずれの\n");
    folder.replace("desks/demo/desk.yaml", "name: ためしの窓口",
                   "name: ${file:place}${env:TSUNAGI_TEST_CITY}${env:TSUNAGI_TEST_NOT_SET:-の}窓口 $${x}");
    folder.replace("tsunagi.yaml", "port: 18081", "port: \"${env:TSUNAGI_TEST_NOT_SET:-18099}\"");
    auto loaded = folder.load();
    CHECK_MESSAGE(loaded.problems.size() == 1, told(loaded.problems)); // a number in quotes is no number
    folder.replace("tsunagi.yaml", "port: \"${env:TSUNAGI_TEST_NOT_SET:-18099}\"", "port: 18081");
    folder.replace("tsunagi.yaml", "{address: 127.0.0.1, port: 18081}",
                   "\n  address: 127.0.0.1\n  port: ${env:TSUNAGI_TEST_NOT_SET:-18099}");
    loaded = folder.load();
    CHECK(told(loaded.problems) == "");
    CHECK(loaded.desks.at(0).name == "はずれのみらい市の窓口 ${x}");
    CHECK(loaded.server.admin.port == 18099);
}

TEST_CASE("placeholders: a node may be called like a secret")
{
    ConfigFolder folder;
    folder.replace("desks/demo/flows/back.yaml", "start: again", "start: password");
    folder.replace("desks/demo/flows/back.yaml", "  again:", "  password:");
    CHECK(told(folder.load().problems) == "");
}

TEST_CASE("secrets: a server does not start without them, a check goes on")
{
    ConfigFolder folder;
    std::filesystem::remove(folder.path() / "secrets/line-token");
    CHECK(folder.load().ok());
    const auto serving = config::load(folder.path());
    CHECK_FALSE(serving.ok());
    REQUIRE(serving.problems.size() == 1);
    CHECK(serving.problems[0].file == folder.shown("desks/demo/desk.yaml"));
}

TEST_CASE("versions: the same texts have the same version, any other text another")
{
    ConfigFolder folder;
    const auto before = folder.load().playbooks.at(demo)->version;
    CHECK(before.text.size() == 32);
    CHECK(folder.load().playbooks.at(demo)->version == before);

    folder.replace("desks/demo/flows/back.yaml", "Welcome back.", "Welcome back!");
    const auto after_flow = folder.load().playbooks.at(demo)->version;
    CHECK(after_flow != before);
    folder.replace("messages/base.yaml", "案内はまだありません。", "案内は準備中です。");
    const auto after_message = folder.load().playbooks.at(demo)->version;
    CHECK(after_message != after_flow);
    folder.replace("desks/demo/desk.yaml", "human_words: [人と話したい]", "human_words: [人と話したい, 相談員]");
    const auto after_words = folder.load().playbooks.at(demo)->version;
    CHECK(after_words != after_message);

    folder.replace("desks/demo/desk.yaml", "10:00-12:00", "09:00-12:00");
    folder.write("secrets/line-token", "another-token\n");
    CHECK(folder.load().playbooks.at(demo)->version == after_words);
}

TEST_CASE("build_playbook: the same playbook again from its sources, when config and environment are gone")
{
    setenv("TSUNAGI_TEST_CITY", "みらい市", 1);
    Loaded loaded;
    {
        ConfigFolder folder;
        folder.replace("desks/demo/flows/back.yaml", "ja: おかえりなさい。",
                       "ja: \"${env:TSUNAGI_TEST_CITY}へ、おかえりなさい。\"");
        loaded = folder.load();
        CHECK(told(loaded.problems) == "");
    }
    unsetenv("TSUNAGI_TEST_CITY");

    std::vector<Problem> problems;
    const auto again = build_playbook(demo, loaded.sources.at(demo), problems);
    CHECK(told(problems) == "");
    REQUIRE(again);
    const auto& first = *loaded.playbooks.at(demo);
    CHECK(again->version == first.version);
    CHECK(again->languages == first.languages);
    CHECK(again->entry == first.entry);
    CHECK(again->again == first.again);
    CHECK(again->flows.size() == first.flows.size());
    CHECK(again->messages == first.messages);
    CHECK(again->human_words == first.human_words);
    CHECK(again->desk_name == first.desk_name);
    const auto& end = std::get<bot::End>(again->flows.at(FlowId{"back"}).nodes.at(NodeId{"again"}).body);
    CHECK(end.texts.at("ja") == "みらい市へ、おかえりなさい。");
}

TEST_CASE("build_playbook: no secret is among the sources")
{
    ConfigFolder folder;
    folder.write("secrets/line-secret", "a-very-secret-word\n");
    const auto loaded = folder.load();
    for (const auto& [name, bytes] : loaded.sources.at(demo))
        CHECK(bytes.find("a-very-secret-word") == std::string::npos);
}

TEST_CASE("config: without risk words or numbers a desk may open, but is told what it goes without")
{
    ConfigFolder folder;
    for (const auto* data : {"risk", "guide", "hotlines"}) std::filesystem::remove_all(folder.path() / data);
    const auto loaded = folder.load();
    CHECK(loaded.ok());
    CHECK(loaded.problems.size() == 2);
    CHECK(loaded.risk == nullptr);
    CHECK(loaded.support == nullptr);
}

TEST_CASE("config: every playbook of the shipped desk knows danger and help")
{
    const auto shipped = load("config", Purpose::check);
    REQUIRE(shipped.support);
    for (const auto& [desk, playbook] : shipped.playbooks) {
        CHECK(playbook->risk == shipped.risk);
        REQUIRE(playbook->support);
        CHECK(playbook->support->hotlines().size() == shipped.support->hotlines().size());
        CHECK(playbook->support->regions() == std::vector<std::string>{desk.text});
    }
    CHECK(shipped.risk != nullptr);
    CHECK(shipped.support->hotlines().size() > 30);
}

TEST_CASE("config: a desk of few languages keeps the flows and menus of one of many as they are")
{
    ConfigFolder folder;
    folder.replace("messages/base.yaml", "ask.skip: {ja: \"答えない\", en: \"Skip\"}", "ask.skip: {ja: \"答えない\", en: \"Skip\", vi: \"Bỏ qua\"}");
    folder.replace("desks/demo/flows/first.yaml", "{ja: こんにちは。, en: Hello.}", "{ja: こんにちは。, en: Hello., vi: Xin chào.}");
    CHECK(told(folder.load().problems) == "");
}

TEST_CASE("config: a server without the console's pages is told what to build and from where the path counts")
{
    ConfigFolder folder;
    folder.write("tsunagi.yaml", folder.read("tsunagi.yaml") + "console_dir: no/such/folder\n");
    CHECK(folder.load().ok());  // who only checks texts has built none
    const auto loaded = load(folder.path(), Purpose::serve);
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.problems.back().file == folder.shown("tsunagi.yaml"));
    CHECK(loaded.problems.back().what.find("`no/such/folder`") != std::string::npos);
    CHECK(loaded.problems.back().mend.find("deploy/build-console") != std::string::npos);
    CHECK(loaded.problems.back().mend.find("the whole path") != std::string::npos);
}

TEST_CASE("config: a desk's region that no line is of is told, so that a slip does not hide the lines of its own prefecture")
{
    ConfigFolder folder;
    std::filesystem::copy("config/hotlines", folder.path() / "hotlines", std::filesystem::copy_options::recursive);
    folder.replace("desks/demo/desk.yaml", "counselors:", "regions: [kanagawa]\ncounselors:");
    const auto about_regions = [&] {
        std::string all;
        for (const auto& problem : folder.load().problems)
            if (problem.what.find("region") != std::string::npos) all += problem.what + (problem.warning ? " (warning)" : "");
        return all;
    };
    CHECK(about_regions() == "");
    folder.replace("desks/demo/desk.yaml", "regions: [kanagawa]", "regions: [kanagwa]");
    CHECK(about_regions() == "no line in config/hotlines is of the region `kanagwa` (did you mean `kanagawa`?) (warning)");
}

TEST_CASE("build_playbook: sources that no longer parse give none, and say why")
{
    ConfigFolder folder;
    auto sources = folder.load().sources.at(demo);
    sources["desks/demo/flows/back.yaml"] = "flow: [";
    std::vector<Problem> problems;
    CHECK(build_playbook(demo, sources, problems) == nullptr);
    REQUIRE_FALSE(problems.empty());
    CHECK(problems[0].file == "desks/demo/flows/back.yaml");
}
