# From nvdisasm's text: for each innermost loop with multiply-adds, the kernel and their share of its
# instructions in percent, "!" behind it where the loop touches local memory.
function finish(   i, j, inner, n, fma, bad) {
  for (i = 1; i <= branches; i++) {
    inner = 1
    for (j = 1; j <= branches; j++) {
      if (j != i && first[i] <= first[j] && last[j] <= last[i]) { inner = 0 }
    }
    if (!inner) { continue }
    n = last[i] - first[i] + 1
    fma = 0
    bad = ""
    for (j = first[i]; j <= last[i]; j++) {
      if (op[j] == "FFMA") { fma++ }
      if (op[j] == "LDL" || op[j] == "STL") { bad = "!" }
    }
    if (fma >= 64) { printf "%s %.1f%s\n", kernel, 100 * fma / n, bad }
  }
  count = 0; branches = 0; delete label; delete op
}
/^[ \t]*\.text\.[A-Za-z0-9_]+:/ {
  finish()
  kernel = $1; sub(/^\.text\./, "", kernel); sub(/:.*/, "", kernel)
  next
}
/^[ \t]*\.L_[A-Za-z0-9_]+:/ { name = $1; sub(/^\./, "", name); sub(/:.*/, "", name); label[name] = count + 1; next }
/^[ \t]*\/\*[0-9a-f]+\*\// {
  text = $0; sub(/^[ \t]*\/\*[0-9a-f]+\*\/[ \t]+/, "", text); sub(/^@!?U?P[A-Z0-9]+[ \t]+/, "", text)
  if (text !~ /^[A-Z]/) { next }
  count++
  word = text; sub(/[ \t;].*/, "", word); sub(/\..*/, "", word); op[count] = word
  if (word == "BRA" && match(text, /L_[A-Za-z0-9_]+/)) {
    name = substr(text, RSTART, RLENGTH)
    if (name in label) { branches++; first[branches] = label[name]; last[branches] = count }
  }
}
END { finish() }
