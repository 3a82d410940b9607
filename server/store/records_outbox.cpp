#include "server/store/layout_message.h"

namespace tsunagi::store {

template <>
struct Layout<OutboxRow::Message> {
    static void fields(auto& field, auto& row_message)
    {
        auto& [message, entry_seq, entry_at] = row_message;
        field(1, message);
        field(2, entry_seq);
        field(3, entry_at);
    }
};

template <>
struct Layout<OutboxRow> {
    static constexpr RecordKind kind = RecordKind::outbox;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& row)
    {
        auto& [desk, conversation, seq, person, to, created_at, retry_key, by_human, must_deliver, reply, messages,
               attempts, first_attempt_at, next_attempt_at, state, last_failure, refused_so_far, to_blocker, begun_by_us,
               is_ring] = row;
        field(1, desk);
        field(2, conversation);
        field(3, seq);
        field(4, person);
        field(5, to);
        field(6, created_at);
        field(7, retry_key);
        field(8, by_human);
        field(9, must_deliver);
        field(10, reply);
        field(11, messages);
        field(12, attempts);
        field(13, first_attempt_at);
        field(14, next_attempt_at);
        field(15, state);
        field(16, last_failure);
        field(17, refused_so_far);
        field(18, to_blocker);
        field(19, begun_by_us);
        field(20, is_ring);
    }
};

std::string encode(const OutboxRow& row) { return to_bytes(row, {row.desk.text, row.person.text}); }

template <>
Result<OutboxRow, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<OutboxRow>(bytes);
}

template <>
struct Layout<Timer> {
    static constexpr RecordKind kind = RecordKind::timer;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& timer)
    {
        auto& [desk, conversation, name, due] = timer;
        field(1, desk);
        field(2, conversation);
        field(3, name);
        field(4, due);
    }
};

std::string encode(const Timer& timer) { return to_bytes(timer, {}); }

template <>
Result<Timer, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<Timer>(bytes);
}

}  // namespace tsunagi::store
