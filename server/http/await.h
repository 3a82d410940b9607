#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tsunagi::http {

/// Awaits an operation whose failures are ordinary (end of stream, reset, time-out): yields (error, results...).
inline constexpr auto nothrow = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace tsunagi::http
