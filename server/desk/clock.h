#pragma once
#include "bot/base/time.h"
#include "bot/base/ulid.h"

#include <boost/asio/awaitable.hpp>

namespace tsunagi::desk {

namespace net = boost::asio;

/// Time as the server sees it. One real and one simulated implementation; bot/ and handoff/ get instants as arguments.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
    /// Resumes on the caller's executor at `due`, at once when it is past.
    virtual net::awaitable<void> sleep_until(TimePoint due) = 0;
};

/// Where unpredictable bits come from: ids, retry keys, jitter. Thread-safe.
class Random {
public:
    virtual ~Random() = default;
    virtual UlidBits bits() = 0;
};

/// The operating system's clock (leap seconds smeared by it) and Asio's timers.
class SystemClock final : public Clock {
public:
    TimePoint now() const override;
    net::awaitable<void> sleep_until(TimePoint due) override;
};

/// The operating system's randomness (libsodium).
class SystemRandom final : public Random {
public:
    UlidBits bits() override;
};

}  // namespace tsunagi::desk
