// What a counselor sends beside words: kept, sent as a picture or a link, fetched by LINE without a session.
#include "server/desk/media_link.h"
#include "server/line/render.h"
#include "tests/unit/desk/desk_fixture.h"

#include <nlohmann/json.hpp>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;

namespace {

struct Talk : DeskFixture {
    CounselorId counselor = hire("佐藤");
    ConversationId id;

    Talk()
    {
        say("U1", "e1", "人と話したい");
        say("U1", "e2", "人と話したい");
        id = only_conversation().id;
        REQUIRE(command(id, counselor, desk::Claim{}, "k1").ok());
        outbox.clear();
    }
    auto send(const std::string& mime, const std::string& name, const std::string& bytes, const std::string& key)
    {
        return command(id, counselor, desk::SendMedia{mime, name, std::make_shared<const std::string>(bytes)}, key);
    }
    bot::Entry newest()
    {
        const auto all = log(id);
        return *std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
    }
};

}  // namespace

TEST_CASE("a counselor's picture is kept beside its entry and sent by a link that LINE can follow")
{
    Talk talk;
    REQUIRE(talk.send("image/jpeg", "案内図.jpg", "the picture", "k2").ok());
    const auto entry = talk.newest();
    REQUIRE(entry.media);
    CHECK(entry.text == "案内図.jpg");
    CHECK(entry.media->kind == bot::MediaKind::image);
    REQUIRE(talk.outbox.size() == 1);
    CHECK(talk.outbox[0].by_human);
    const auto& message = talk.outbox[0].messages.at(0).message;
    REQUIRE(message.media);
    const auto body = nlohmann::json::parse(line::push_body("U1", {message}, "https://desk.example.jp/media/"));
    CHECK(body["messages"][0]["type"] == "image");
    const std::string link = message.media->blob;
    CHECK(body["messages"][0]["originalContentUrl"] == "https://desk.example.jp/media/" + link);
    CHECK(body["messages"][0]["previewImageUrl"] == "https://desk.example.jp/media/" + link);
    const auto blob = run_on(talk.context, talk.desks.media_behind(link));
    REQUIRE(blob);
    CHECK(blob->bytes == "the picture");
    talk.clock.advance(8 * 24h);
    CHECK_FALSE(run_on(talk.context, talk.desks.media_behind(link)));
}

TEST_CASE("a link that lies in her chat opens nothing for who holds her phone after her safe word, until staff end that")
{
    Talk talk;
    bot::SafeContact contact;
    contact.safe_word = "青い傘";
    REQUIRE(talk.command(talk.id, talk.counselor, desk::SetSafeContact{contact}, "k2").ok());
    REQUIRE(talk.send("application/pdf", "入所の案内.pdf", "%PDF-1.7", "k3").ok());
    const std::string link = talk.outbox.back().messages.at(0).message.media.value().blob;
    const auto opens = [&] { return run_on(talk.context, talk.desks.media_behind(link)).has_value(); };
    CHECK(opens());
    REQUIRE(talk.say("U1", "e3", "青い傘") == desk::Received::committed);
    CHECK_FALSE(opens());
    REQUIRE(talk.command(talk.id, talk.counselor, desk::EndDisguise{"電話で確かめた", handoff::all_seen}, "k4").ok());
    CHECK(opens());
}

TEST_CASE("a PDF goes as its name and a link; the same key again sends nothing twice; only the holder may")
{
    Talk talk;
    REQUIRE(talk.send("application/pdf", "申請書.pdf", "%PDF-1.7", "k2").ok());
    REQUIRE(talk.send("application/pdf", "申請書.pdf", "%PDF-1.7", "k2").ok());
    CHECK(talk.outbox.size() == 1);
    CHECK(talk.store.rows(store::Space::media).size() == 1);
    const auto& message = talk.outbox[0].messages.at(0).message;
    const auto body = nlohmann::json::parse(line::push_body("U1", {message}, "https://d/media/"));
    CHECK(body["messages"][0]["text"] == "申請書.pdf\nhttps://d/media/" + message.media->blob);
    const auto colleague = talk.hire("田中");
    const auto refused = talk.command(talk.id, colleague, desk::SendMedia{"image/png", "x.png", std::make_shared<const std::string>("x")}, "k3");
    CHECK_FALSE(refused.ok());
    CHECK(talk.store.rows(store::Space::media).size() == 1);
}

TEST_CASE("media link: only our own, unchanged and not too old")
{
    const desk::MediaPlace place{mirai, ConversationId{"01HX"}, 7};
    const std::string link = desk::make_media_link("secret", place, friday_eleven);
    const auto read = desk::read_media_link("secret", link, friday_eleven + 6 * 24h);
    REQUIRE(read);
    CHECK(read->desk == mirai);
    CHECK(read->conversation.text == "01HX");
    CHECK(read->entry_seq == 7);
    CHECK_FALSE(desk::read_media_link("secret", link, friday_eleven + 7 * 24h));
    CHECK_FALSE(desk::read_media_link("another secret", link, friday_eleven));
    for (std::size_t i = 0; i < link.size(); ++i) {
        std::string changed = link;
        changed[i] = changed[i] == '1' ? '2' : '1';
        CAPTURE(changed);
        CHECK_FALSE(desk::read_media_link("secret", changed, friday_eleven));
    }
    for (const char* odd : {"", ".", "....", "a.b.c.d.e", "mirai.01HX.7"}) CHECK_FALSE(desk::read_media_link("secret", odd, friday_eleven));
}
