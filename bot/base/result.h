#pragma once
#include <cassert>
#include <optional>
#include <utility>
#include <variant>

namespace tsunagi {

/// A value, or the reason why there is none. For failures that are expected and depend on the input; a broken world
/// (a closed store, no memory) is an exception instead.
///
/// Both `return value;` and `return error;` convert. Read `value()` only after `ok()`, `error()` only after `!ok()`.
/// `T` and `E` must be different types.
template <class T, class E>
class [[nodiscard]] Result {
public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(E error) : content_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const noexcept { return content_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    T& value() & { assert(ok()); return *std::get_if<0>(&content_); }
    const T& value() const& { assert(ok()); return *std::get_if<0>(&content_); }
    T&& value() && { assert(ok()); return std::move(*std::get_if<0>(&content_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const E& error() const { assert(!ok()); return *std::get_if<1>(&content_); }

private:
    std::variant<T, E> content_;
};

/// What a `Result` holds when success says nothing more than that.
struct Done {};

}  // namespace tsunagi
