#include "server/store/tagged.h"

namespace tsunagi::store {

template <>
struct Bounds<handoff::Role> {
    static constexpr auto first = handoff::Role::counselor, last = handoff::Role::auditor;
};

template <>
struct Layout<StaffAccount> {
    static constexpr RecordKind kind = RecordKind::staff_account;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& account)
    {
        auto& [id, desk, login, name, role, skills, password_hash, on_duty, duty_since, totp_secret, totp_step, disabled] = account;
        field(1, id);
        field(2, desk);
        field(3, login);
        field(4, name);
        field(5, role);
        field(6, skills);
        field(7, password_hash);
        field(8, on_duty);
        field(9, duty_since);
        field(12, totp_secret);  // 10 and 11 were a count of wrong passwords; it lives in memory now
        field(13, totp_step);
        field(14, disabled);
    }
};

std::string encode(const StaffAccount& account) { return to_bytes(account, {}); }

template <>
Result<StaffAccount, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<StaffAccount>(bytes);
}

template <>
struct Layout<LoginOwner> {
    static constexpr RecordKind kind = RecordKind::login_owner;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& owner)
    {
        auto& [counselor] = owner;
        field(1, counselor);
    }
};

std::string encode(const LoginOwner& owner) { return to_bytes(owner, {}); }

template <>
Result<LoginOwner, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<LoginOwner>(bytes);
}

template <>
struct Layout<ConsoleSession> {
    static constexpr RecordKind kind = RecordKind::console_session;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& session)
    {
        auto& [counselor, desk, csrf, created_at, last_seen_at] = session;
        field(1, counselor);
        field(2, desk);
        field(3, csrf);
        field(4, created_at);
        field(5, last_seen_at);
    }
};

std::string encode(const ConsoleSession& session) { return to_bytes(session, {}); }

template <>
Result<ConsoleSession, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<ConsoleSession>(bytes);
}

}  // namespace tsunagi::store
