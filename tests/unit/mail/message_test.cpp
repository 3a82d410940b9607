#include "server/mail/message.h"

#include <doctest/doctest.h>

#include <openssl/evp.h>

#include <algorithm>
#include <sstream>
#include <vector>

using namespace tsunagi;
using namespace tsunagi::mail;

namespace {

Message notice()
{
    return {.from = "tsunagi@example.jp", .to = "on-call@example.jp", .id = "01JD-1-4-0", .subject = "【当番】確認のお願い",
            .body = "当番の方へ\nhttps://tsunagi.example/\n", .date = TimePoint{std::chrono::milliseconds{1'795'140'000'000}}};
}

std::string decoded(std::string text)
{
    std::erase(text, '\r');
    std::erase(text, '\n');
    std::string bytes(text.size(), '\0');
    const auto length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    REQUIRE(length >= 0);
    bytes.resize(static_cast<std::size_t>(length) - (text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0));
    return bytes;
}

struct Wire {
    std::vector<std::string> headers;  ///< folded lines stay apart
    std::string body;
};
Wire wire_of(const Message& message)
{
    const auto text = on_the_wire(message);
    REQUIRE(text.has_value());
    const auto end = text->find("\r\n\r\n");
    Wire wire{{}, decoded(text->substr(end + 4))};
    std::istringstream lines(text->substr(0, end + 2));
    for (std::string line; std::getline(lines, line);) {
        REQUIRE(line.ends_with('\r'));
        line.pop_back();
        wire.headers.push_back(line);
    }
    return wire;
}

/// The subject as a reader shows it; each encoded word must be whole in itself.
std::string subject_of(const Wire& wire)
{
    std::string subject;
    bool inside = false;
    for (auto line : wire.headers) {
        if (line.starts_with("Subject: ")) line = line.substr(8), inside = true;
        else if (!line.starts_with(' ')) inside = false;
        if (!inside) continue;
        REQUIRE(line.starts_with(" =?UTF-8?B?"));
        REQUIRE(line.ends_with("?="));
        CHECK(line.size() <= 76);
        const auto part = decoded(line.substr(11, line.size() - 13));
        CHECK((static_cast<unsigned char>(part.empty() ? 'a' : part[0]) & 0xC0U) != 0x80U);  // no character is cut
        subject += part;
    }
    return subject;
}

}  // namespace

TEST_CASE("mail: a Japanese subject and body arrive as they were written")
{
    auto message = notice();
    CHECK(subject_of(wire_of(message)) == message.subject);
    CHECK(wire_of(message).body == "当番の方へ\r\nhttps://tsunagi.example/\r\n");
    message.body = "from a file of Windows\r\nlink\n";
    CHECK(wire_of(message).body == "from a file of Windows\r\nlink\r\n");
    for (const std::size_t bytes : {45, 46, 90, 91}) {
        message.subject = std::string(bytes, 'a');
        CHECK(subject_of(wire_of(message)) == message.subject);
    }
    message.subject = std::string(100, '\x80');  // no UTF-8 at all: it ends all the same
    CHECK(on_the_wire(message).has_value());
    message.subject = "みらい市 ひとり親・女性そうだん窓口の当番の方へ、確認のお願いがあります。🌸コンソールを見てください。";
    CHECK(subject_of(wire_of(message)) == message.subject);
}

TEST_CASE("mail: who, when and which, for a reader that folds a repeated mail into one")
{
    const auto headers = wire_of(notice()).headers;
    CHECK(headers[0] == "Date: Fri, 20 Nov 2026 02:00:00 +0000");
    CHECK(headers[1] == "From: tsunagi@example.jp");
    CHECK(headers[2] == "To: on-call@example.jp");
    CHECK(headers[3] == "Message-ID: <01JD-1-4-0@example.jp>");
    for (const auto* how : {"MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: base64", "Auto-Submitted: auto-generated"})
        CHECK(std::ranges::count(headers, how) == 1);
    CHECK(wire_of(notice()).headers == headers);
}

TEST_CASE("mail: nothing that is said can become a header or a recipient")
{
    const auto plain = wire_of(notice()).headers.size();
    auto message = notice();
    message.subject = "a\r\nBcc: thief@example.com\r\n\r\nb";
    message.body = ".\r\nRCPT TO:<thief@example.com>\n";
    const auto wire = wire_of(message);
    CHECK(wire.headers.size() == plain);
    CHECK(subject_of(wire) == message.subject);
    CHECK(on_the_wire(message)->find("thief") == std::string::npos);
    for (const auto* bad : {"a@example.jp\r\nBcc: b@example.jp", "a@example.jp>", "A <a@example.jp>", "a@example.jp,b@example.jp", "a b@example.jp",
                            "@example.jp", "a@", "a@localhost", "a@.jp", "a..b@example.jp", "", "当番@example.jp"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_address(bad));
        message = notice();
        message.to = bad;
        CHECK_FALSE(on_the_wire(message).has_value());
        message = notice();
        message.from = bad;
        CHECK_FALSE(on_the_wire(message).has_value());
    }
    CHECK(is_address("o'neill+on.call@mail-1.example.jp"));
    CHECK_FALSE(is_address(std::string(250, 'a') + "@example.jp"));
    for (const std::string& bad : {std::string(), std::string("a>\r\nBcc"), std::string("a b"), std::string("a@b"), std::string(".a"), std::string("a..b"), std::string(201, 'a')}) {
        message = notice();
        message.id = bad;
        CHECK_FALSE(on_the_wire(message).has_value());
    }
}
