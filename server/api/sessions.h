#pragma once
#include "server/api/sign_in_limits.h"
#include "server/desk/desk_service.h"
#include "server/http/message.h"
#include "server/store/records.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace tsunagi::api {

namespace net = boost::asio;

// A shift at a consultation desk; nobody should have to sign in twice in one, and a forgotten browser should not stay open.
constexpr std::chrono::hours session_idle_max{2};
constexpr std::chrono::hours session_life_max{12};
constexpr std::chrono::minutes session_seen_every{5};  ///< last_seen_at is written at most this often

/// Who makes a request.
struct Caller {
    store::StaffAccount account;
    store::ConsoleSession session;
    std::string session_key;  ///< key of the session's row; names the session without its secret
};

enum class SignInRefusal { login_failed, otp_required, otp_wrong, too_many_attempts, busy, unavailable };
struct SignIn {
    DeskId desk;
    std::string login;
    std::string password;
    std::optional<std::string> otp;
    std::string peer;  ///< whose allowance it uses: http::who_asks
};
struct SignedIn {
    Caller caller;
    std::string token;  ///< the cookie's value; only its hash is kept
};

enum class SessionRefusal { not_signed_in, session_expired };

/// Whether a request shows that a person is there. What a page fetches by itself must not keep a forgotten browser signed in.
enum class Touch { no, yes };

/// Sign-ins of the console. Thread-safe.
class Sessions {
public:
    /// `pool` runs Argon2id and nothing that anybody else waits for.
    Sessions(desk::DeskService& desks, net::any_io_executor pool) : desks_(desks), pool_(std::move(pool)) {}

    /// Within the limits of sign_in_limits.h. Takes the time of one Argon2id check whatever is wrong, and says only what the
    /// caller may know.
    net::awaitable<Result<SignedIn, SignInRefusal>> sign_in(SignIn wanted);

    /// The caller whose cookie `token` is. With Touch::yes the two idle hours begin anew.
    net::awaitable<Result<Caller, SessionRefusal>> find(std::string token, Touch touch);

    /// Ends the session; false when the store could not keep that.
    net::awaitable<bool> sign_out(Caller caller);

    /// Removes sessions that nobody can use any more. Now and then, from anywhere.
    net::awaitable<void> sweep();

    /// Ends the duty of who has no session left: of `only`, or of everybody. Nobody reads a console without one, and a desk that
    /// takes her for present tells people that they are next and calls nobody in danger. A page that lost its line keeps its session.
    net::awaitable<void> end_duty_of_absent(std::optional<CounselorId> only = std::nullopt);

    /// `Set-Cookie` values.
    static std::string cookie(const std::string& token, bool secure);
    static std::string cleared_cookie(bool secure);

private:
    struct Found {
        store::StaffAccount account;
        store::Version version = store::absent;
    };
    net::awaitable<void> find_owned();
    net::awaitable<bool> is_signed_in(std::string owner);
    void own(const std::string& owner, const std::string& session_key);
    void disown(const std::string& session_key);
    net::awaitable<std::optional<Found>> account_of(DeskId desk, std::string login);
    net::awaitable<Result<SignedIn, SignInRefusal>> open(Found found, std::optional<std::uint64_t> totp_step);
    net::awaitable<void> keep_seen(Caller caller, store::Version version);

    desk::DeskService& desks_;
    net::any_io_executor pool_;
    SignInLimits limits_;
    std::mutex owned_mutex_;
    std::map<std::string, std::set<std::string>> owned_;  ///< keys of sessions by whose they are; ended ones leave it late
    std::atomic<bool> all_owned_{false};                  ///< those from before the start are in it, too
};

}  // namespace tsunagi::api
