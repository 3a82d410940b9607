#include "server/config/yaml.h"

#include "bot/base/text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <map>
#include <sstream>
#include <unordered_map>

namespace tsunagi::config {
namespace {

/// A file that is refused: where, what, and how to mend it.
struct Refused {
    int line = 0;
    std::string what;
    std::string mend;
};

int line_of(const YAML::Mark& mark) { return mark.is_null() ? 1 : mark.line + 1; }

/// Builds the tree from the parser's events: YAML::Node would silently keep one of two equal keys, and forgets the line
/// of a key.
class TreeBuilder : public YAML::EventHandler {
public:
    explicit TreeBuilder(std::shared_ptr<const std::string> file) : file_(std::move(file)) {}

    Value take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { put(make(Value::Kind::null, mark), anchor); }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override
    {
        Value scalar = make(Value::Kind::scalar, mark);
        scalar.text = text;
        scalar.plain = tag == "?";
        put(std::move(scalar), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto known = anchors_.find(anchor);
        if (known == anchors_.end())
            throw Refused{line_of(mark), "an alias stands inside the very value it names", "write the value out"};
        count(known->second.values, mark);
        if (open_.size() + known->second.depth > yaml_depth_max) refuse_depth(mark);
        Value copy = known->second.value;
        copy.line = line_of(mark);
        place(std::move(copy), known->second.depth);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(make(Value::Kind::sequence, mark), anchor, mark);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(make(Value::Kind::map, mark), anchor, mark);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

private:
    struct Anchored {
        Value value;
        std::size_t values = 0; ///< how many values writing it out costs
        std::size_t depth = 0;
    };
    struct Open {
        Value value;
        YAML::anchor_t anchor = 0;
        std::size_t first = 0;                     ///< values counted before it
        std::size_t depth = 1;                     ///< its own height so far
        std::unordered_map<std::string, int> keys; ///< of a map: each with its line
        std::optional<Field> field;                ///< a key that waits for its value
    };

    Value make(Value::Kind kind, const YAML::Mark& mark)
    {
        count(1, mark);
        Value value;
        value.kind = kind;
        value.line = line_of(mark);
        value.set_file(file_);
        return value;
    }

    void count(std::size_t more, const YAML::Mark& mark)
    {
        values_ += more;
        if (values_ > yaml_values_max)
            throw Refused{line_of(mark),
                          "more than " + std::to_string(yaml_values_max) + " values, aliases written out",
                          "split the file, and do not nest aliases in aliases"};
    }

    [[noreturn]] static void refuse_depth(const YAML::Mark& mark)
    {
        throw Refused{line_of(mark), "nested more than " + std::to_string(yaml_depth_max) + " levels deep",
                      "look for brackets or indentation that never end"};
    }

    void open(Value value, YAML::anchor_t anchor, const YAML::Mark& mark)
    {
        if (open_.size() + 1 > yaml_depth_max) refuse_depth(mark);
        refuse_as_key(value);
        open_.push_back({std::move(value), anchor, values_ - 1, 1, {}, std::nullopt});
    }

    void close()
    {
        Open done = std::move(open_.back());
        open_.pop_back();
        if (done.anchor != 0) anchors_[done.anchor] = {done.value, values_ - done.first, done.depth};
        place(std::move(done.value), done.depth);
    }

    void put(Value value, YAML::anchor_t anchor)
    {
        if (anchor != 0) anchors_[anchor] = {value, 1, 0};
        place(std::move(value), 0);
    }

    /// A key that is no word is refused before its own insides are read.
    void refuse_as_key(const Value& value) const
    {
        if (open_.empty() || !open_.back().value.is_map() || open_.back().field) return;
        throw Refused{value.line, "a key that is a list or a map",
                      "write a word before the colon; put text with brackets in quotes"};
    }

    void place(Value value, std::size_t depth)
    {
        if (open_.empty()) {
            root_ = std::move(value);
            return;
        }
        Open& parent = open_.back();
        parent.depth = std::max(parent.depth, depth + 1);
        if (parent.value.is_sequence()) {
            parent.value.items.push_back(std::move(value));
        } else if (!parent.field) {
            take_key(parent, value);
        } else {
            parent.field->value = std::move(value);
            parent.value.fields.push_back(std::move(*parent.field));
            parent.field.reset();
        }
    }

    void take_key(Open& parent, const Value& key)
    {
        if (!key.is_scalar()) throw Refused{key.line, "a key that is not a word", "write a word before the colon"};
        const auto [first, is_new] = parent.keys.emplace(key.text, key.line);
        if (!is_new)
            throw Refused{key.line,
                          "the key " + in_quotes(key.text) + " stands here twice (first on line " +
                              std::to_string(first->second) + ")",
                          "keep one of the two"};
        parent.field = Field{key.text, key.line, {}};
    }

    std::shared_ptr<const std::string> file_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    std::vector<Open> open_;
    std::size_t values_ = 0;
    Value root_;
};

/// First line that is not UTF-8; 0 when all is well.
int line_not_utf8(const std::string& bytes)
{
    if (is_utf8(bytes)) return 0;
    std::istringstream lines(bytes);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number)
        if (!is_utf8(line)) return number;
    return 1;
}

Value read_document(const std::string& bytes, const std::string& file)
{
    std::istringstream stream(bytes);
    YAML::Parser parser(stream);
    TreeBuilder tree(std::make_shared<const std::string>(file));
    if (!parser.HandleNextDocument(tree))
        throw Refused{1, "the file is empty", "write what belongs here, bring back what stood here, or take the file away"};
    TreeBuilder second(nullptr);
    if (parser.HandleNextDocument(second))
        throw Refused{std::max(second.take().line, 1), "a second document begins (`---`)", "keep one document a file"};
    return tree.take();
}

} // namespace

const std::string& Value::file() const
{
    static const std::string nowhere;
    return file_ ? *file_ : nowhere;
}

const Value* Value::find(std::string_view key) const
{
    for (const auto& field : fields)
        if (field.key == key) return &field.value;
    return nullptr;
}

Value Value::operator[](std::string_view key) const
{
    if (const auto* found = find(key)) return *found;
    Value missing;
    missing.line = line;
    missing.file_ = file_;
    return missing;
}

int Value::line_of(std::string_view key) const
{
    for (const auto& field : fields)
        if (field.key == key) return field.line;
    return line;
}

std::optional<double> Value::number() const
{
    if (!is_scalar() || !plain || text.empty()) return std::nullopt;
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + (text[0] == '+' ? 1 : 0), end, number);
    const bool is_number =
        read.ec == std::errc{} && read.ptr == end && text.find_first_of("0123456789") != std::string::npos;
    return is_number ? std::optional(number) : std::nullopt;
}

std::optional<bool> Value::truth() const
{
    if (!is_scalar() || !plain) return std::nullopt;
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

std::vector<std::string> Value::words() const
{
    if (is_scalar()) return {text};
    std::vector<std::string> words;
    for (const auto& item : items)
        if (item.is_scalar()) words.push_back(item.text);
    return words;
}

std::optional<Value> parse_yaml(const std::string& bytes, const std::string& file, Problems& problems)
{
    if (bytes.size() > file_bytes_max) {
        problems.error(file, 1, "larger than " + std::to_string(file_bytes_max) + " bytes", "split the file");
        return std::nullopt;
    }
    if (const int line = line_not_utf8(bytes)) {
        problems.error(file, line, "not UTF-8 text", "save the file as UTF-8");
        return std::nullopt;
    }
    try {
        return read_document(bytes, file);
    } catch (const Refused& refused) {
        problems.error(file, refused.line, refused.what, refused.mend);
    } catch (const YAML::Exception& wrong) {
        problems.error(file, line_of(wrong.mark), "not YAML: " + wrong.msg,
                       "look at the indentation, the colons and the quotes here and one line above");
    } catch (const std::exception&) {
        problems.error(file, 1, "not YAML", "look at the indentation, the colons and the quotes");
    }
    return std::nullopt;
}

} // namespace tsunagi::config
