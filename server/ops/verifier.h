#pragma once
#include "bot/conversation/decision.h"
#include "server/ops/verify.h"
#include "server/store/records.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::ops {

/// One walk over a store: conversations and what belongs to them (verify_store.cpp), and the spaces row by row
/// (verify_spaces.cpp).
class Verifier {
public:
    explicit Verifier(store::Store& store) : store_(store) {}

    net::awaitable<Verified> run();

private:
    static constexpr std::size_t page_rows = 1'000;
    static constexpr std::size_t blobs_a_page = 16;  ///< blobs are large
    static constexpr std::size_t places_told_max = 10;

    static store::Range whole(store::Space space);
    /// Keys begin with their desk's id, closed by a zero byte; ids of desks need no escaping.
    static std::string desk_of(const std::string& key) { return key.substr(0, key.find('\0')); }

    void tell(const std::string& what, std::string where);

    template <class Record>
    std::optional<Record> read(const store::Value& value, const char* what, const std::string& where)
    {
        auto record = store::decode<Record>(value.bytes);
        if (record.ok()) return std::move(record).value();
        tell(std::string("a record cannot be read: ") + what + ", " + std::string(to_text(record.error())), where);
        return std::nullopt;
    }

    /// The page of `range` from where the last call stopped; empty at the end.
    net::awaitable<std::vector<store::Row>> next_page(std::optional<store::Range>& range);
    net::awaitable<bool> is_there(store::Space space, std::string key);
    net::awaitable<std::uint64_t> count(store::Space space);

    net::awaitable<void> check_conversations();
    net::awaitable<void> check_conversation(const bot::Conversation& conversation);
    net::awaitable<std::set<std::uint64_t>> requests_of(const bot::Conversation& conversation);
    net::awaitable<std::set<std::uint64_t>> check_log(const bot::Conversation& conversation, const std::set<std::uint64_t>& asked_for);
    net::awaitable<void> check_place(const bot::Conversation& conversation, const bot::Entry& entry);
    net::awaitable<void> check_media_of(const bot::Conversation& conversation, const bot::Entry& entry);
    net::awaitable<void> count_media(const bot::Conversation& conversation);

    net::awaitable<void> check_identities();
    net::awaitable<void> check_places();
    net::awaitable<void> check_outbox();
    net::awaitable<void> check_timers();
    net::awaitable<void> check_staff();
    net::awaitable<void> check_account(const store::Row& row);
    net::awaitable<void> check_events();
    net::awaitable<void> check_kept_for_staff();
    net::awaitable<std::uint64_t> check_media();
    net::awaitable<void> check_leftovers();

    store::Store& store_;
    Verified counts_;
    std::map<std::string, Broken> broken_;
    std::vector<std::size_t> known_by_identity_;  ///< hashes of the conversations that an identity leads to, sorted
    std::uint64_t listed_ = 0;
    std::uint64_t outbox_of_conversations_ = 0;
    std::uint64_t media_of_conversations_ = 0;
    std::uint64_t entries_everywhere_ = 0;
};

}  // namespace tsunagi::ops
