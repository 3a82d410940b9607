#pragma once
#include "bot/base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::mail {

/// RFC 5321 4.5.3.1.3 allows 256 with the angle brackets.
constexpr std::size_t address_bytes_max = 254;

/// Whether `address` is one plain ASCII mail address and nothing else: no name, no bracket, no space, no line break. It may
/// then stand in an SMTP command and in a header as it is.
bool is_address(std::string_view address);

/// What stands behind the @ of an address.
std::string_view domain_of(std::string_view address);

/// One mail to one person. Subject and body are UTF-8.
struct Message {
    std::string from;
    std::string to;
    std::string id;  ///< left side of its Message-ID: letters, digits, '.' and '-'. The same for a mail sent again, so that readers fold both into one
    std::string subject;
    std::string body;  ///< lines end in \n
    TimePoint date;
};

/// The mail as it goes on the wire (RFC 5322, MIME): the subject in encoded words (RFC 2047), the body in base64, CRLF.
/// Whatever subject and body hold, they cannot become a header. Nothing when an address or the id is not what its name says.
std::optional<std::string> on_the_wire(const Message& message);

}  // namespace tsunagi::mail
