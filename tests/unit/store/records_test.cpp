#include "server/store/records.h"

#include "server/store/tagged.h"
#include "tests/unit/store/samples.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <random>
#include <utility>

using namespace tsunagi;
using namespace tsunagi::store;

namespace {

constexpr PersonScope scope{"mirai", "01JD0000000000000000000002"};

std::string bytes_of(const bot::Entry& entry) { return encode(entry, scope); }
template <class Record>
std::string bytes_of(const Record& record)
{
    return encode(record);
}

/// Decodes as one kind of record and writes the result again; the error when it is not one.
using Reread = std::function<Result<std::string, DecodeError>(std::string_view)>;
template <class Record>
Result<std::string, DecodeError> reread_as(std::string_view bytes)
{
    const auto record = decode<Record>(bytes);
    if (!record.ok()) return record.error();
    return bytes_of(*record);
}

struct Sample {
    std::string name;
    std::string bytes;
    Reread reread;
};
template <class Record>
Sample sample(std::string name, const Record& record)
{
    return {std::move(name), bytes_of(record), reread_as<Record>};
}

std::vector<Sample> all_samples()
{
    std::vector<Sample> all = {
        sample("conversation", samples::conversation()),       sample("outbox", samples::outbox_row()),
        sample("identity", samples::identity()),               sample("event", samples::event_taken()),
        sample("command", samples::command_result()),          sample("place", samples::entry_place()),
        sample("staff", samples::staff_account()),             sample("login", samples::login_owner()),
        sample("session", samples::console_session()),         sample("timer", samples::timer()),
        sample("playbook", samples::playbook_sources()),       sample("audit", samples::audit_entry()),
    };
    for (const auto& entry : samples::entries())
        all.push_back(sample("entry" + std::to_string(all.size()), entry));
    return all;
}

std::string to_hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char byte : bytes) {
        hex += digits[static_cast<std::uint8_t>(byte) >> 4U];
        hex += digits[static_cast<std::uint8_t>(byte) & 15U];
    }
    return hex;
}

std::string from_hex(std::string_view hex)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return bytes;
}

}  // namespace

TEST_CASE("records: what was written is read, every field of every record")
{
    for (const auto& one : all_samples()) {
        CAPTURE(one.name);
        const auto again = one.reread(one.bytes);
        REQUIRE(again.ok());
        CHECK(*again == one.bytes);
    }
    const auto conversation = decode<bot::Conversation>(encode(samples::conversation()));
    REQUIRE(conversation.ok());
    CHECK(conversation->holder.counselor_name == "田中");
    CHECK(conversation->last_activity_at == from_unix_ms(-1));
    CHECK(conversation->next_seq == ~0ULL);
    CHECK_FALSE(conversation->reachable);
    CHECK(conversation->staff_acted_at == samples::conversation().staff_acted_at);
    CHECK(conversation->blocked_at == samples::conversation().blocked_at);
    CHECK(conversation->led_elsewhere);
    CHECK(conversation->image_set == "set");
    CHECK(conversation->risk.safe_word_seq == 25);
    CHECK(conversation->heard_seq == 26);
    CHECK(conversation->unanswered_since == samples::conversation().unanswered_since);
    const auto request = decode<OutboxRow>(encode(samples::outbox_row()));
    REQUIRE(request.ok());
    CHECK(request->refused_so_far);
    CHECK(request->to_blocker);
    CHECK(request->begun_by_us);
    CHECK(request->is_ring);
    CHECK(conversation->safe_contact.hours == samples::conversation().safe_contact.hours);
    const auto location = decode<bot::Entry>(encode(samples::entries()[3], scope));
    REQUIRE(location.ok());
    CHECK(std::get<bot::LocationReceived>(*location->content).longitude == -139.76);
    const auto account = decode<StaffAccount>(encode(samples::staff_account()));
    REQUIRE(account.ok());
    CHECK(account->totp_secret.has_value());
    CHECK(account->totp_step == 59'838'000);
    CHECK(account->disabled);
}

TEST_CASE("records: an empty record keeps its defaults and its absent parts")
{
    const auto conversation = decode<bot::Conversation>(encode(bot::Conversation{}));
    REQUIRE(conversation.ok());
    CHECK(conversation->language == "ja");
    CHECK(conversation->reachable);
    CHECK_FALSE(conversation->handoff.has_value());
    const auto entry = decode<bot::Entry>(encode(bot::Entry{}, scope));
    REQUIRE(entry.ok());
    CHECK_FALSE(entry->content.has_value());
    CHECK_FALSE(entry->event.has_value());
}

TEST_CASE("records: long texts inside parts inside records come back whole")
{
    std::vector<std::size_t> lengths{0, 1, 16'383, 16'384, 70'000};
    for (std::size_t length = 40; length <= 130; ++length) lengths.push_back(length);  // some part of them has just 127 and 128 bytes
    for (const std::size_t length : lengths) {
        bot::Entry entry;
        entry.content = bot::TextReceived{std::string(length, 'x'), std::string(length / 2, 'y')};
        entry.event = bot::LoggedEvent{std::string(length, 'n'), {{std::string(length, 'k'), std::string(length, 'v')}}};
        entry.message_id = "behind them";
        const auto again = decode<bot::Entry>(encode(entry, scope));
        REQUIRE(again.ok());
        CHECK(std::get<bot::TextReceived>(*again->content).text.size() == length);
        CHECK(std::get<bot::TextReceived>(*again->content).quoted_message_id == std::string(length / 2, 'y'));
        CHECK(again->event->values == entry.event->values);
        CHECK(again->message_id == "behind them");
    }
}

TEST_CASE("records: bytes written by the first release are still read")
{
    std::ifstream file("tests/unit/store/golden/format-1.txt");
    REQUIRE(file.is_open());
    const auto samples = all_samples();
    std::size_t read = 0;
    for (std::string name, hex; file >> name >> hex; ++read) {
        CAPTURE(name);
        const auto one = std::find_if(samples.begin(), samples.end(), [&](const Sample& s) { return s.name == name; });
        REQUIRE(one != samples.end());
        CHECK(one->reread(from_hex(hex)).ok());
        CHECK_MESSAGE(to_hex(one->bytes).substr(0, 6) == hex.substr(0, 6), "a raised version needs a golden file of its own");
    }
    CHECK(read == samples.size());

    std::ifstream again("tests/unit/store/golden/format-1.txt");
    std::string name;
    std::string hex;
    again >> name >> hex;
    const auto conversation = decode<bot::Conversation>(from_hex(hex));
    REQUIRE(conversation.ok());
    CHECK(conversation->nickname == "はな");
    CHECK(conversation->handoff->skills == std::vector<std::string>{"dv", "legal"});
    CHECK(conversation->position.returns[0].node == NodeId{"after"});
    CHECK(conversation->revision == 300);
    CHECK(conversation->safe_contact.hours.empty());  // none were agreed, as before there were any
}

TEST_CASE("records: a field of a newer program is passed over, a missing one keeps its default")
{
    // Behind the header: field 900 as number, as bytes and as 8 bytes, then the one field of EventTaken, then 901.
    const auto with_unknown = [](std::string tail) {
        return from_hex("040100" "901c05" "911c03616263" "921c0102030405060708") + std::move(tail);
    };
    const auto event = decode<EventTaken>(with_unknown(encode(EventTaken{from_unix_ms(1'234)}).substr(3)));
    REQUIRE(event.ok());
    CHECK(event->received_at == from_unix_ms(1'234));
    const auto bare = decode<EventTaken>(with_unknown(""));
    REQUIRE(bare.ok());
    CHECK(bare->received_at == TimePoint{});
}

TEST_CASE("records: bytes of another kind, of a newer format or out of range are refused, each by its name")
{
    CHECK(decode<Timer>(encode(samples::identity())).error() == DecodeError::wrong_kind);
    CHECK(decode<Timer>("").error() == DecodeError::truncated);
    auto newer = encode(samples::timer());
    newer[1] = 2;
    CHECK(decode<Timer>(newer).error() == DecodeError::newer);
    auto sealed = encode(samples::timer());
    sealed[2] = 1;
    CHECK(decode<Timer>(sealed).error() == DecodeError::newer);

    // Entry field 3 (kind) and 9 (state) as numbers nobody knows.
    CHECK(decode<bot::Entry>(from_hex("0301000c63")).error() == DecodeError::malformed);
    CHECK(decode<bot::Entry>(from_hex("0301002406")).error() == DecodeError::malformed);
    // Entry field 6 (content) with an alternative nobody knows yet: not to be taken for an empty text.
    CHECK(decode<bot::Entry>(from_hex("0301001903290100")).error() == DecodeError::newer);
    // Holder without a holder kind 0.
    CHECK(decode<bot::Conversation>(from_hex("02010015020400")).error() == DecodeError::malformed);
    // A text that is a number, a truth that is 2, a status beyond 32 bits, a number of eleven groups, and fields 0 and 1,000,001.
    CHECK(decode<Timer>(from_hex("0801000405")).error() == DecodeError::malformed);
    CHECK(decode<StaffAccount>(from_hex("0901002002")).error() == DecodeError::malformed);
    CHECK(decode<CommandResult>(from_hex("050100048080808010")).error() == DecodeError::malformed);
    CHECK(decode<Timer>(from_hex("08010010ffffffffffffffffff02")).error() == DecodeError::malformed);
    CHECK(decode<Timer>(from_hex("0801000100")).error() == DecodeError::malformed);
    CHECK(decode<Timer>(from_hex("0801008492f40100")).error() == DecodeError::malformed);
    for (const auto error : {DecodeError::truncated, DecodeError::wrong_kind, DecodeError::newer, DecodeError::malformed})
        CHECK_FALSE(to_text(error).empty());
}

TEST_CASE("records: cut anywhere, a record is an error or a shorter record, never a crash")
{
    std::size_t tried = 0;
    std::size_t refused = 0;
    for (const auto& one : all_samples()) {
        for (std::size_t length = 0; length < one.bytes.size(); ++length) {
            // On the heap at its exact size, so that ASan sees a read past the end.
            const std::string cut(one.bytes.data(), length);
            ++tried;
            if (!one.reread(cut).ok()) ++refused;
        }
    }
    CHECK(refused > tried / 2);  // the rest are cuts between two fields: the later ones keep their defaults
}

TEST_CASE("records: garbage never crashes and never grows beyond what it holds")
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(400);
    std::mt19937_64 random(20261122);
    const auto samples = all_samples();
    std::size_t tried = 0;
    std::size_t refused = 0;
    while (std::chrono::steady_clock::now() < until) {
        const auto& one = samples[random() % samples.size()];
        std::string bytes = one.bytes;
        for (auto flips = 1 + random() % 4; flips-- > 0;) bytes[random() % bytes.size()] = static_cast<char>(random());
        if (random() % 8 == 0)
            for (std::size_t i = 3; i < bytes.size(); ++i) bytes[i] = static_cast<char>(random());
        ++tried;
        const auto again = one.reread(bytes);
        if (!again.ok()) ++refused;
    }
    CHECK(tried > 1'000);
    CHECK(refused > tried / 10);
}
