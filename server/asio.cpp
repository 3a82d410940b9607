// Asio and Beast, compiled once for every target (anchors.md 5.22). The macros that make it so are PUBLIC on this library.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
