#pragma once
#include "bot/base/ids.h"
#include "bot/base/result.h"
#include "bot/base/time.h"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace tsunagi::api {

/// How many wrong passwords are listened to, in memory. Thread-safe.
///
/// What a sign-in may cost is taken before its password is hashed and given back only when it was right, so that many at
/// once get no more guesses than one after the other. A login that does not exist has the same limits as one that does:
/// nothing here tells them apart. Nobody can lock a member of staff out from somewhere else: who guesses uses up the
/// allowance of his own address, and that of all addresses from which this login was never opened.
class SignInLimits {
public:
    static constexpr std::size_t in_flight_max = 8;           ///< a hash takes 64 MiB and a tenth of a second
    static constexpr std::size_t of_address_max = 20;         ///< within `window`; a guesser changes logins, an office shares an address
    static constexpr std::size_t of_login_here_max = 5;       ///< one login from one address, within `login_window`
    static constexpr std::size_t of_login_elsewhere_max = 100;  ///< one login from all addresses unknown to it, within `window`
    static constexpr std::chrono::minutes window{10};
    static constexpr std::chrono::minutes login_window{5};

private:
    struct State;

public:
    enum class Refusal { too_many_attempts, busy };

    SignInLimits();

    /// One sign-in under way. Counted as wrong unless it is given back. May outlive the limits: a program that stops leaves
    /// coroutines behind, whose frames end later.
    class Attempt {
    public:
        Attempt(Attempt&& other) noexcept;
        Attempt& operator=(Attempt&&) = delete;
        ~Attempt();

        void give_back();  ///< it was no guess: nothing is counted
        void succeeded();  ///< and from now on this login is known from this address

    private:
        friend class SignInLimits;
        Attempt(std::shared_ptr<State> state, std::string address, std::string login, TimePoint at);
        std::shared_ptr<State> state_;
        std::string address_;
        std::string login_;
        TimePoint at_;
    };

    /// Before hashing. `address` as http::who_asks says it.
    Result<Attempt, Refusal> begin(const std::string& address, const DeskId& desk, const std::string& login, TimePoint now);

private:
    static constexpr std::size_t keys_max = 10'000;

    /// The times of wrong sign-ins, by key, within a sliding window.
    struct Counts {
        std::chrono::minutes window;
        std::size_t at_most;
        std::unordered_map<std::string, std::deque<TimePoint>> times;

        bool has_room(const std::string& key, TimePoint now);
        void add(const std::string& key, TimePoint at);
        void remove(const std::string& key, TimePoint at);
    };
    struct State {
        std::mutex mutex;
        std::size_t in_flight = 0;
        Counts by_address{window, of_address_max, {}};
        Counts by_login_here{login_window, of_login_here_max, {}};
        Counts by_login_elsewhere{window, of_login_elsewhere_max, {}};
        std::unordered_set<std::string> known;  ///< pair_of those that signed in

        void take_back(const std::string& address, const std::string& login, TimePoint at);
    };
    static std::string pair_of(const std::string& address, const std::string& login) { return address + '\n' + login; }

    const std::shared_ptr<State> state_;
};

}  // namespace tsunagi::api
