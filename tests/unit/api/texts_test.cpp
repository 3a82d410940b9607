// Words for people come from the catalogue, in the language of who reads them.
#include "server/api/media.h"
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

config::Loaded with_words()
{
    auto config = two_desks();
    auto playbook = *config.playbooks.at(mirai);
    playbook.languages = {"ja", "en"};
    playbook.messages["web.title"] = {{"ja", "お知らせ"}, {"en", "Notice"}};
    playbook.messages["media.gone"] = {{"ja", "もう<ありません>"}, {"en", "Nothing here"}};
    playbook.messages["line.finding.chat_off"] = {{"ja", "チャットがオフです"}, {"en", "Chat is off"}};
    config.playbooks[mirai] = std::make_shared<const bot::Playbook>(std::move(playbook));
    return config;
}

}  // namespace

TEST_CASE("texts: who taps the link of what is gone finds a page in her languages, not a program's words")
{
    Console console(with_words());
    const auto route = api::media_link_route(console.desks);
    http::Request request;
    request.captures["link"] = "mirai.01JD000000000000000000MAMA.3.1795140000000.00";
    const auto response = run_on(console.context, route.handler(request));
    CHECK(response.status == 404);
    CHECK(http::find_field(response.fields, "Content-Type") == "text/html; charset=utf-8");
    CHECK(response.body.find("もう&lt;ありません&gt;") != std::string::npos);
    CHECK(response.body.find("Nothing here") != std::string::npos);
    request.captures["link"] = "<script>";
    CHECK(run_on(console.context, route.handler(request)).body.find("<script>") == std::string::npos);
}

TEST_CASE("texts: what is to be mended at LINE is said in the reader's language")
{
    Console console(with_words());
    api::ChannelStatus channel;
    channel.name = "line-main";
    channel.remarks = {"chat_off"};
    console.api.set_line({.status = [channel](const DeskId&) { return std::vector{channel}; }, .on_screen = {}});
    console.hire("suzuki", handoff::Role::supervisor);
    const auto browser = console.sign_in("suzuki");
    CHECK(console.get("/api/v1/line", browser).value()["channels"][0]["remarks"][0] == "チャットがオフです");
    auto request = console.request(http::Method::get, "/api/v1/line", browser);
    request.fields.emplace_back("Accept-Language", "en");
    CHECK(console.ask(std::move(request)).value()["channels"][0]["remarks"][0] == "Chat is off");
}
