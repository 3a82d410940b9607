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

/// The operating system's clock (leap seconds smeared by it) and Asio's timers. `ahead` of it when staff practise, or a
/// test looks at, another hour of the week; it then runs as fast as any clock.
class SystemClock final : public Clock {
public:
    explicit SystemClock(Milliseconds ahead = Milliseconds{0}) : ahead_(ahead) {}
    TimePoint now() const override;
    net::awaitable<void> sleep_until(TimePoint due) override;

private:
    const Milliseconds ahead_;
};

/// The operating system's randomness (libsodium).
class SystemRandom final : public Random {
public:
    UlidBits bits() override;
};

}  // namespace tsunagi::desk
