#include "server/ops/pretended_time.h"

#include "handoff/roster/japan_time.h"

#include <cstdio>

namespace tsunagi::ops {
namespace {

bool is_loopback(const std::string& address)
{
    return address == "localhost" || address == "::1" || address.starts_with("127.");
}

}  // namespace

Result<Milliseconds, std::string> clock_ahead(const std::string& wanted, const config::ServerConfig& server, TimePoint now)
{
    using namespace std::chrono;
    if (wanted.empty()) return Milliseconds{0};
    if (!is_loopback(server.listen.address) || !is_loopback(server.admin.address))
        return std::string("--pretend-now is for practice on this machine only; listen on 127.0.0.1, or leave it out");
    int y = 0;
    unsigned m = 0, d = 0, hour = 0, minute = 0;
    int end = 0;
    const int read = std::sscanf(wanted.c_str(), "%4d-%2u-%2uT%2u:%2u%n", &y, &m, &d, &hour, &minute, &end);
    const year_month_day day{year(y), month(m), std::chrono::day(d)};
    if (read != 5 || static_cast<std::size_t>(end) != wanted.size() || !day.ok() || hour > 23 || minute > 59)
        return std::string("--pretend-now wants a time in Japan, for example 2026-11-22T02:00");
    return handoff::from_japan_time(sys_days{day}, static_cast<int>(hour * 60 + minute)) - now;
}

}  // namespace tsunagi::ops
