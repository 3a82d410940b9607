#pragma once
#include "server/http/message.h"

#include <string>
#include <string_view>

// How responses become bytes, and the small words of HTTP (names, tokens, reasons) that several files need.
namespace tsunagi::http {

/// Field names are compared without regard to ASCII case.
bool same_name(std::string_view left, std::string_view right);

/// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view text);

/// Whether the comma-separated `list` holds `token`, without regard to ASCII case.
bool has_token(std::string_view list, std::string_view token);

/// A name that may stand in a header: RFC 9110 `token`, not empty.
bool is_field_name(std::string_view name);

/// A value that may stand in a header: no control character but the tab, so nothing can end the line early.
bool is_field_value(std::string_view value);

/// The words RFC 9110 gives a status; empty when it gives none.
std::string_view reason_phrase(unsigned status);

/// As it stands in an Allow field; `other` is empty.
std::string_view method_name(Method method);

/// Whether every field of a response may go out. False would be response splitting: a mistake of the handler.
bool fit_to_send(const Response& response);

/// Appends status line and header, up to and with the empty line. The connection's own fields (Date, Content-Length,
/// Connection, X-Content-Type-Options) are written here; what the response says of Content-Length, Transfer-Encoding,
/// Connection, Date and Server is left out. Precondition: fit_to_send(response).
void append_head(std::string& out, const Response& response, bool keep_alive);

}  // namespace tsunagi::http
